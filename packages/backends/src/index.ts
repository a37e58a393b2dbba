export type { BackendAttempt, BackendReport } from './backend-report.ts';
export { describeBackend, reasonOf } from './describe-backend.ts';
export * from './start/backend.ts';
export * from './use-backend.ts';
