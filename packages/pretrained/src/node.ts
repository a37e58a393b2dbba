export { pretrainedRun } from './pretrained-run.ts';
