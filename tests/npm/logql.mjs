// Checks Loki's rules without a Loki: node logql.mjs DIRECTORY
//
// DIRECTORY/rules/*.yml are files of Loki's ruler, DIRECTORY/tests/*.yml say for each alert which log lines it must count ("matches")
// and which it must not ("ignores"). Prints {"rules": [{"file", "alert", "expr", "labels", "annotations", "matches", "ignores", "problems"}],
// "problems": [...]} and ends with 1 when there is any problem, 2 when it could not look.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@grafana/lezer-logql';
import { parse } from 'yaml';
import { Problem, accepts, pipelinesOf, unguarded } from './pipeline.mjs';

const at = (text, offset) => {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${before.at(-1).length + 1}`;
};

/** The pipelines of an expression, or what is wrong with it and where. */
function read(expr) {
  const tree = parser.parse(expr);
  let broken;
  tree.iterate({ enter: (node) => { if (node.type.isError) broken ??= node.from; } });
  if (broken !== undefined) return { problems: [`${at(expr, broken)}: the grammar does not know what is here`] };
  try {
    const pipelines = pipelinesOf(tree, expr);
    if (!pipelines.length) return { problems: ['1:1: it reads no logs'] };
    return {
      pipelines,
      problems: pipelines.some(unguarded)
        ? ['1:1: a line that cannot be parsed makes Loki refuse the whole query: add | __error__="" after the last parser']
        : [],
    };
  } catch (error) {
    if (error instanceof Problem) return { problems: [`${at(expr, error.from)}: ${error.message}`] };
    throw error;
  }
}

const lineOf = (sample) => (sample.json === undefined ? String(sample.line) : JSON.stringify(sample.json));

function judge(pipelines, sample, wanted) {
  const line = lineOf(sample);
  const ends = pipelines.map((pipeline) => accepts(pipeline, sample.labels ?? {}, line));
  const shown = line.length > 160 ? `${line.slice(0, 160)}…` : line;
  if (ends.some((end) => end.failed)) return [`a line comes out with an error: ${shown}`];
  if (ends.some((end) => end.passed) === wanted) return [];
  return [`${wanted ? 'should count' : 'should not count'}: ${shown}`];
}

function check(file, rule, samples) {
  const { pipelines, problems } = read(String(rule.expr).trim());
  const matches = samples?.matches ?? [];
  const ignores = samples?.ignores ?? [];
  if (!matches.length) problems.push('no sample line that it must count');
  if (!ignores.length) problems.push('no sample line that it must not count');
  if (pipelines) {
    problems.push(...matches.flatMap((sample) => judge(pipelines, sample, true)));
    problems.push(...ignores.flatMap((sample) => judge(pipelines, sample, false)));
  }

  const { labels = {}, annotations = {} } = rule;
  return { file, alert: rule.alert ?? rule.record, expr: rule.expr, labels, annotations, matches: matches.length, ignores: ignores.length, problems };
}

const load = (folder) => readdirSync(folder).filter((name) => name.endsWith('.yml')).sort()
  .map((name) => [name, parse(readFileSync(join(folder, name), 'utf8'))]);

try {
  const folder = process.argv[2];
  const samples = new Map(load(join(folder, 'tests')).flatMap(([, file]) => file.tests.map((test) => [test.alert, test])));
  const rules = load(join(folder, 'rules')).flatMap(([name, file]) =>
    file.groups.flatMap((group) => group.rules.map((rule) => check(name, rule, samples.get(rule.alert ?? rule.record)))));
  const known = new Set(rules.map((rule) => rule.alert));
  const problems = [...samples.keys()].filter((alert) => !known.has(alert)).map((alert) => `samples of ${alert}, which no rule has`);
  if (!rules.length) problems.push('no rules');
  console.log(JSON.stringify({ rules, problems }, null, 2));
  process.exitCode = problems.length || rules.some((rule) => rule.problems.length) ? 1 : 0;
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
