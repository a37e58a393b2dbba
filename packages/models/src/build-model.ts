import type { GenerativeModel, JsonObject } from '@pixelrnn/core';

/** Builds a model from its config: `createModel`, handed to systems that hold others. */
export type BuildModel = (config: JsonObject) => GenerativeModel;
