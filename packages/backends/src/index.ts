export * from './start/backend.ts';
export * from './use-backend.ts';
