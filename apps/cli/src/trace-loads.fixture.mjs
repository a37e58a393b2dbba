// `node --import trace-loads.fixture.mjs …` writes a line `loads <package>` to stderr whenever a module of a package is imported.
import { register } from 'node:module';

const hooks = String.raw`
import { writeSync } from 'node:fs';
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(resolved.url) ?? [];
  if (name) writeSync(2, 'loads ' + name + '\n');
  return resolved;
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
