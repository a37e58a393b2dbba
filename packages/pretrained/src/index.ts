export * from './pretrained.ts';
