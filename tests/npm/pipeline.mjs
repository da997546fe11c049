// What one log line meets in a LogQL pipeline: the stream selector, line filters, parsers and label filters, with Loki's own rules
// for labels that are missing or cannot be read. A stage that is not understood here is a problem, never a pass.
import { BlockList, isIP } from 'node:net';

export class Problem extends Error {
  constructor(node, message) {
    super(message);
    this.from = node.from;
  }
}

const children = (node) => {
  const found = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
};

const child = (node, ...names) => children(node).find((one) => names.includes(one.name));

/** Reads the pipelines of an expression: one for each selector in it. */
export function pipelinesOf(tree, text) {
  const pipelines = [];
  const visit = (node) => {
    if (['LogRangeExpr', 'LogExpr'].includes(node.name)) {
      const stages = [];
      stagesOf(child(node, 'PipelineExpr'), stages);
      pipelines.push({
        matchers: matchersOf(child(node, 'Selector'), text),
        stages: stages.map((stage) => compile(stage, text)),
      });
      return;
    }

    children(node).forEach(visit);
  };
  visit(tree.topNode);
  return pipelines;
}

function stagesOf(node, into) {
  if (!node) return;
  for (const part of children(node)) {
    if (part.name === 'PipelineExpr') stagesOf(part, into);
    else if (part.name === 'PipelineStage') into.push(...children(part).filter((one) => one.name !== 'Pipe'));
    else throw new Problem(part, `${part.name} is not understood by this check`);
  }
}

function matchersOf(selector, text) {
  const found = [];
  const visit = (node) => (node.name === 'Matcher' ? found.push(matcher(node, text)) : children(node).forEach(visit));
  visit(selector);
  if (!found.some((one) => !one.accepts(''))) throw new Problem(selector, 'no matcher of the selector asks for a value: Loki refuses it');
  return found;
}

/** A matcher of the selector or of a label filter; regular expressions are anchored at both ends, as in Loki. */
function matcher(node, text) {
  const [name, operator, value] = children(node);
  const wanted = unquote(value, text);
  const key = slice(name, text);
  if (operator.name === 'Eq') return { name: key, accepts: (label) => label === wanted };
  if (operator.name === 'Neq') return { name: key, accepts: (label) => label !== wanted };
  const pattern = regex(value, wanted, true);
  return { name: key, accepts: (label) => pattern.test(label) === (operator.name === 'Re') };
}

const slice = (node, text) => text.slice(node.from, node.to);

/** A quoted text as Go reads it: raw between backticks, and with few escapes between double quotes. */
function unquote(node, text) {
  const quoted = slice(node, text);
  if (quoted.startsWith('`')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted);
  } catch {
    throw new Problem(node, `${quoted} has an escape that Loki refuses: write it between backticks`);
  }
}

/** RE2 is a subset of what JavaScript knows, but for the names of groups and leading flags. */
function regex(node, source, anchored) {
  if (/\(\?<?[=!]|\\[1-9]|\\k<|\\[AzZ]|[*+?}]\+/.test(source)) throw new Problem(node, `${source} has what RE2 or this check does not know`);
  const flags = /^\(\?([ims]+)\)/.exec(source);
  const body = (flags ? source.slice(flags[0].length) : source).replaceAll('(?P<', '(?<');
  try {
    return new RegExp(anchored ? `^(?:${body})$` : body, flags?.[1] ?? '');
  } catch (error) {
    throw new Problem(node, error.message);
  }
}

/** Each stage takes the entry {line, labels} and says whether the line goes on. */
function compile(node, text) {
  switch (node.name) {
    case 'LineFilters': return lineFilters(node, text);
    case 'LabelFilter': return labelFilter(node, text);
    case 'JsonExpressionParser': return jsonExpressions(node, text);
    case 'LogfmtParser': return parser(logfmt);
    case 'LabelParser': return labelParser(node, text);
    case 'LabelFormatExpr': return labelFormat(node, text);
    default: throw new Problem(node, `${node.name} is not understood by this check`);
  }
}

function lineFilters(node, text) {
  const filters = [];
  const visit = (at) => (at.name === 'LineFilter' ? filters.push(lineFilter(at, text)) : children(at).forEach(visit));
  visit(node);
  return { run: (entry) => filters.every((filter) => filter(entry.line)) };
}

function lineFilter(node, text) {
  const values = [];
  const visit = (at) => (at.name === 'String' ? values.push(at) : children(at).forEach(visit));
  visit(node);
  const operator = child(node, 'Filter').firstChild.name;
  const tests = values.map((value) => {
    const wanted = unquote(value, text);
    if (['PipeExact', 'Neq'].includes(operator)) return (line) => line.includes(wanted);
    const pattern = regex(value, wanted, false);
    return (line) => pattern.test(line);
  });
  if (!['PipeExact', 'PipeMatch', 'Neq', 'Nre'].includes(operator)) throw new Problem(node, `${operator} is not understood by this check`);
  const wants = operator.startsWith('Pipe');
  return (line) => tests.some((test) => test(line)) === wants;
}

function labelFilter(node, text) {
  const parts = children(node);
  const joins = parts.find((part) => ['And', 'Or'].includes(part.name));
  const inner = parts.filter((part) => part.name === 'LabelFilter').map((part) => labelFilter(part, text));
  if (inner.length === 2) {
    const [left, right] = inner;
    const run = joins?.name === 'Or'
      ? (entry) => left.run(entry) || right.run(entry)
      : (entry) => left.run(entry) && right.run(entry);
    return { run, seesErrors: left.seesErrors || right.seesErrors, mayFail: left.mayFail || right.mayFail };
  }

  if (inner.length === 1) return inner[0];
  const [filter] = parts;
  if (filter.name === 'Matcher') {
    const one = matcher(filter, text);
    return { run: (entry) => one.accepts(entry.labels[one.name] ?? ''), seesErrors: one.name === '__error__' };
  }

  if (filter.name === 'NumberFilter') return { run: numberFilter(filter, text), mayFail: true };
  if (filter.name === 'IpLabelFilter') return { run: addressFilter(filter, text) };
  throw new Problem(filter, `${filter.name} is not understood by this check`);
}

const comparisons = {
  Gtr: (a, b) => a > b, Gte: (a, b) => a >= b, Lss: (a, b) => a < b, Lte: (a, b) => a <= b, Eql: (a, b) => a === b, Eq: (a, b) => a === b, Neq: (a, b) => a !== b,
};

/** A label that is missing does not pass; one that is no number does, with an error, as in Loki. */
function numberFilter(node, text) {
  const [name, operator, value] = children(node);
  const compare = comparisons[operator.name];
  const wanted = Number(slice(value, text));
  return ({ labels }) => {
    const label = labels[slice(name, text)];
    if (label === undefined) return false;
    if (label.trim() !== '' && Number.isFinite(Number(label))) return compare(Number(label), wanted);
    labels.__error__ = 'LabelFilterErr';
    return true;
  };
}

/** A label that is missing does not pass, whichever way is asked. */
function addressFilter(node, text) {
  const [name, operator, , value] = children(node);
  const [address, length] = unquote(value, text).split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  try {
    if (length === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(length), family);
  } catch (error) {
    throw new Problem(value, error.message);
  }

  return ({ labels }) => {
    const label = labels[slice(name, text)];
    if (label === undefined) return false;
    const inside = isIP(label) !== 0 && list.check(label, isIP(label) === 6 ? 'ipv6' : 'ipv4');
    return inside === (operator.name !== 'Neq');
  };
}

const asLabel = (value) => (value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value));

/** A parser that fails marks the entry and lets it pass. */
const parser = (read) => ({
  parses: true,
  run: (entry) => {
    try {
      Object.assign(entry.labels, read(entry.line));
    } catch {
      entry.labels.__error__ = 'ParserErr';
    }

    return true;
  },
});

function jsonExpressions(node, text) {
  const wanted = [];
  const visit = (at) => (at.name === 'LabelExtractionExpression' ? wanted.push(at) : children(at).forEach(visit));
  visit(node);
  const paths = wanted.map((at) => [slice(child(at, 'Identifier'), text), unquote(child(at, 'String'), text)]);
  const steps = paths.map(([label, path]) => [label, [...path.matchAll(/\["([^"]+)"\]|\[(\d+)\]|([A-Za-z_]\w*)/g)].map((found) => found[1] ?? found[3] ?? Number(found[2]))]);
  return parser((line) => {
    const object = JSON.parse(line);
    return Object.fromEntries(steps.map(([label, path]) => [label, asLabel(path.reduce((at, step) => at?.[step], object))]));
  });
}

function labelParser(node, text) {
  const [kind, value] = children(node);
  if (kind.name === 'Json') return parser((line) => flatten(JSON.parse(line)));
  if (kind.name === 'Logfmt') return parser(logfmt);
  if (kind.name !== 'Regexp') throw new Problem(node, `${kind.name} is not understood by this check`);
  const pattern = regex(value, unquote(value, text), false);
  // A line that does not match goes on without the labels; that is no error.
  return { run: (entry) => { Object.assign(entry.labels, pattern.exec(entry.line)?.groups); return true; } };
}

/** Objects become a_b; lists are left out. */
function flatten(object, prefix = '') {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) throw new Error('not an object');
  const found = {};
  for (const [key, value] of Object.entries(object)) {
    const name = prefix + key.replaceAll(/\W/g, '_');
    if (Array.isArray(value)) continue;
    if (typeof value === 'object' && value !== null) Object.assign(found, flatten(value, `${name}_`));
    else found[name] = asLabel(value);
  }

  return found;
}

function logfmt(line) {
  const found = {};
  for (const [, key, quoted, bare] of line.matchAll(/([^\s=]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g)) {
    found[key.replaceAll(/\W/g, '_')] = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare;
  }

  return found;
}

/** Of templates only "{{ if eq .a .b }}x{{ else }}y{{ end }}" is known: LogQL's one way to compare two labels. */
function labelFormat(node, text) {
  const [target, , value] = children(child(node, 'LabelsFormat').firstChild);
  const template = value.name === 'String' ? unquote(value, text) : '';
  const found = /^\{\{\s*if eq \.(\w+) \.(\w+)\s*\}\}(\w*)\{\{\s*else\s*\}\}(\w*)\{\{\s*end\s*\}\}$/.exec(template);
  if (!found) throw new Problem(node, 'only label_format x=`{{ if eq .a .b }}…{{ else }}…{{ end }}` is understood by this check');
  const [, left, right, same, other] = found;
  return {
    run: ({ labels }) => {
      labels[slice(target, text)] = (labels[left] ?? '') === (labels[right] ?? '') ? same : other;
      return true;
    },
  };
}

/** Whether a line of a stream comes out at the end, and whether it comes out with an error, which makes Loki refuse the whole query. */
export function accepts(pipeline, labels, line) {
  const entry = { line, labels: { ...labels } };
  const passed = pipeline.matchers.every((one) => one.accepts(labels[one.name] ?? '')) && pipeline.stages.every((stage) => stage.run(entry));
  return { passed, failed: passed && (entry.labels.__error__ ?? '') !== '' };
}

/** A stage that may mark a line with an error, and nothing after it that drops such lines. */
export function unguarded(pipeline) {
  const risky = pipeline.stages.findLastIndex((stage) => stage.parses || stage.mayFail);
  return risky >= 0 && !pipeline.stages.slice(risky + 1).some((stage) => stage.seesErrors);
}
