export type { TrainRunOptions } from './begin-run.ts';
export {
  type Best,
  type Checkpoint,
  type CheckpointState,
  listCheckpoints,
  newestCheckpoint,
  readCheckpoint,
} from './checkpoint.ts';
export { type Completions, keepCompletions } from './completions.ts';
export { drawFigure, type PlotLibrary } from './draw-figure.ts';
export { duration } from './duration.ts';
export { environment } from './environment.ts';
export { type EvaluateRunOptions, evaluateRun, type RunEvaluation } from './evaluate-run.ts';
export { EVALUATION_DEFAULTS } from './evaluation.ts';
export { asExperiment, ExperimentError } from './experiment-error.ts';
export { exportRun } from './export-run.ts';
export { type CurvesOptions, curves, type Point } from './figures.ts';
export { type JournalEntry, readJournal } from './journal.ts';
export { type OpenRunOptions, openRun, type Run } from './open-run.ts';
export { parseRecipe } from './parse-recipe.ts';
export type { TrainProgress } from './progress.ts';
export { quantile } from './quantile.ts';
export { type Recipe, type RecipeInput, recipeSchema } from './recipe-schema.ts';
export { RECIPE_STYLES, RECIPES, type RecipeStyle } from './recipes.ts';
export { type ReportOptions, writeReport } from './report.ts';
export { modelOf, type ResolveOptions, resolveRecipe } from './resolve-recipe.ts';
export { type RunConfig, readRunConfig } from './run-config.ts';
export { decodeSafetensors, encodeSafetensors, type NamedArray, type NamedArrays } from './safetensors.ts';
export { completionSheet, type SheetOptions, sheet } from './sheet.ts';
export { type TrainRunResult, trainRun } from './train-run.ts';
