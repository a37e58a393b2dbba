import { ISOLATED, runPage } from '../../../../scripts/lib/chromium.mjs';
import { pageOfSources } from '../../../../scripts/lib/page-of-sources.mjs';

/** Bundles `entry` into a page, opens it in headless Chromium with `query`, and returns what it posts to `/report`. */
export const runBundled = async (entry: string, query: string, isIsolated = false): Promise<unknown> =>
  runPage(await pageOfSources(entry), query, undefined, isIsolated ? ISOLATED : {});
