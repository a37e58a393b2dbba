export { boundInWords } from './bound-in-words.ts';
export {
  type Best,
  type Checkpoint,
  type CheckpointState,
  listCheckpoints,
  newestCheckpoint,
  readCheckpoint,
} from './checkpoint/checkpoint.ts';
export { duration } from './duration.ts';
export { environment } from './environment.ts';
export { asExperiment, ExperimentError, OptionError } from './experiment-error.ts';
export { quantile } from './quantile.ts';
export { assign } from './recipe/assign.ts';
export { folderOptions, type OwnImages } from './recipe/fit-images.ts';
export { didYouMean } from './recipe/nearest.ts';
export { parseRecipe } from './recipe/parse-recipe.ts';
export { type Recipe, type RecipeInput, recipeSchema } from './recipe/recipe-schema.ts';
export { RECIPE_STYLES, RECIPES, type RecipeStyle } from './recipe/recipes.ts';
export { modelOf, type ResolveOptions, resolveRecipe } from './recipe/resolve-recipe.ts';
export { type Completions, keepCompletions } from './report/completions.ts';
export { drawFigure, type PlotLibrary } from './report/draw-figure.ts';
export { type FieldFigureOptions, fieldPng, fieldSvg } from './report/field-figure.ts';
export { type FieldPanel, fieldPanel, idealPanel, type Sight } from './report/field-panels.ts';
export { type CurvesOptions, curves, type Point } from './report/figures.ts';
export { type ReportOptions, writeReport } from './report/report.ts';
export { restorationSheet } from './report/restoration-sheet.ts';
export { completionSheet, type SheetOptions, sheet } from './report/sheet.ts';
export { type EvaluateRunOptions, evaluateRun, type RunEvaluation } from './run/evaluate-run.ts';
export { checkBoundSamples, EVALUATION_DEFAULTS } from './run/evaluation.ts';
export { exportRun } from './run/export-run.ts';
export { type JournalEntry, readJournal } from './run/journal.ts';
export { type OpenRunOptions, openRun, type Run } from './run/open-run.ts';
export { readInThreads, readInWorkers, serveReading } from './run/read-in-threads.ts';
export { type Psnr, type Restorations, type RestoreOptions, restoreImages } from './run/restore-images.ts';
export { type RunConfig, readRunConfig } from './run/run-config.ts';
export { startWorkers, withWorkers } from './run/workers.ts';
export { checkPlace, type TrainRunOptions } from './train/begin-run.ts';
export type { TrainProgress } from './train/progress.ts';
export type {
  RunCallback,
  RunCheckpoint,
  RunControl,
  RunSamples,
  RunStart,
  RunStep,
  RunSummary,
  RunValidation,
} from './train/recorders/callback.ts';
export { type TensorboardOptions, tensorboard } from './train/recorders/tensorboard/tensorboard.ts';
export { trainRun } from './train/train-run.ts';
export type { TrainRunResult } from './train/train-run-result.ts';
