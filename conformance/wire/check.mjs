// Holds frame.ksy and asyncapi.yaml to the vectors. Exits with 1 and the differences if there are any.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Module from 'node:module';
import * as yaml from 'js-yaml';

const require = createRequire(import.meta.url);
const Ajv = require('ajv');
const compiler = require('kaitai-struct-compiler');
const KaitaiStream = require('kaitai-struct').KaitaiStream ?? require('kaitai-struct');

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const lines = (name) => read(name).trim().split('\n').map((line) => JSON.parse(line));
const frames = lines('../vectors/frames.jsonl');
const malformed = lines('../vectors/malformed.jsonl');

// Kaitai's runtime reads broken UTF-8 leniently; the wire does not.
KaitaiStream.bytesToStr = (bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

async function kaitaiParser() {
  const files = await compiler.compile('javascript', yaml.load(read('frame.ksy')), null, false);
  const module = new Module('frame');
  module.paths = Module._nodeModulePaths(new URL('.', import.meta.url).pathname);
  module._compile(files['Frame.js'], 'Frame.js');
  const Frame = module.exports.Frame ?? module.exports;
  return (hex) => {
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
    return new Frame(new KaitaiStream(bytes.buffer));
  };
}

const hex = (bytes) => Buffer.from(bytes).toString('hex');
const optional = (value) => (value.tag === 1 ? (value.present.value ?? value.present) : null);
const envelope = ({ value }) => ({
  schemaId: hex(value.schemaId),
  parentId: optional(value.cause.parentId),
  vectorClock: optional(value.cause.vectorClock),
  payload: hex(value.payload.value),
});
const texts = (list) => list.items.map((item) => item.value);

/** The meaning of a parsed frame, as the vectors write it. */
function meaning(frame, type) {
  const body = frame.body;
  const common = { type, flags: frame.flags, streamId: frame.streamId };
  const link = ['export', 'import'];
  switch (type) {
    case 'unknown':
      return { ...common, typeId: frame.typeId, payload: hex(body) };
    case 'workerRegister':
      return {
        ...common,
        registration: {
          namespaces: texts(body.namespaces),
          taskQueue: body.taskQueue.value,
          node: optional(body.node),
          activityTypes: texts(body.activityTypes),
          identity: body.identity.value,
          activities: (body.activities?.items ?? []).map((item) => ({
            name: item.name.value,
            inputSchemaJson: item.inputSchemaJson.value,
            outputSchemaJson: item.outputSchemaJson.value,
          })),
        },
      };
    case 'workerRegisterAck': {
      const reason = optional(body.rejection);
      return reason === null ? { ...common, outcome: 'accepted' } : { ...common, outcome: 'rejected', reason };
    }
    case 'linkOpenAck': {
      const outcome = ['opened', 'held', 'refused'][body.status];
      const { handshake, grant, draft, reason } = body;
      const fields = { handshake: handshake && hex(handshake.value), grant: grant?.value, draft: draft?.value, reason: reason?.value };
      Object.keys(fields).filter((name) => fields[name] === undefined).forEach((name) => delete fields[name]);
      return { ...common, outcome, ...fields };
    }
    default: {
      const fields = {};
      for (const [name, value] of Object.entries(body)) {
        if (name.startsWith('_') || ['nothingBehind', 'count', 'layout', 'knownName'].includes(name)) continue;
        if (value === undefined) continue;
        if (name === 'envelope') fields[name] = envelope(value);
        else if (name === 'end') fields[name] = link[value];
        else if (name === 'message' && type === 'deliver') fields[name] = { boot: value.boot, id: value.id };
        else if (Array.isArray(value)) fields[name] = value.map(hex);
        else if (value instanceof Uint8Array) fields[name] = hex(value);
        else if (typeof value !== 'object') fields[name] = value;
        else if ('tag' in value) fields[name] = optional(value);
        else if ('major' in value) fields[name] = [value.major, value.minor];
        else fields[name] = value.value instanceof Uint8Array ? hex(value.value) : value.value;
      }
      if (type === 'publish') fields.idempotencyKey ??= null;
      return { ...common, ...fields };
    }
  }
}

const problems = [];
const check = (what, test) => {
  try {
    test();
  } catch (problem) {
    problems.push(`${what}: ${problem.message}`);
  }
};

const parse = await kaitaiParser();
for (const { name, hex: bytes, frame } of frames) {
  check(`frame.ksy, ${name}`, () => assert.deepEqual(meaning(parse(bytes), frame.type), frame));
}
malformed.forEach(({ hex: bytes, verdict }, index) => {
  const where = `frame.ksy, line ${index + 1} of malformed.jsonl (${verdict})`;
  if (verdict === 'frame') check(where, () => parse(bytes));
  else check(where, () => assert.throws(() => parse(bytes)));
});

const document = yaml.load(read('asyncapi.yaml'));
const specification = new Ajv({ strict: false, meta: false, validateSchema: false, validateFormats: false });
const valid = specification.compile(require('@asyncapi/specs/schemas/3.0.0.json'));
check('asyncapi.yaml', () => assert.ok(valid(document), JSON.stringify(valid.errors?.slice(0, 5), null, 2)));

const schemas = new Ajv({ strict: false });
schemas.addSchema({ $id: 'asyncapi', components: document.components });
for (const { name, frame } of frames) {
  check(`asyncapi.yaml, ${name}`, () => {
    const message = document.components.messages[frame.type];
    const reference = document.channels.worker.messages[frame.type].$ref;
    assert.equal(reference, `#/components/messages/${frame.type}`);
    const asJson = document.channels.workerAsJson.messages[frame.type];
    assert.deepEqual(asJson, { contentType: 'application/json', payload: message.payload });
    const fits = schemas.getSchema(`asyncapi${message.payload.$ref}`);
    assert.ok(fits(frame), JSON.stringify(fits.errors));
    // A frame with a member less or more, or of another type, must not fit.
    for (const member of Object.keys(frame)) {
      const { [member]: removed, ...rest } = frame;
      const mayBeMissing = ['flags', 'streamId', 'durablePosition'].includes(member) || (frame.type === 'deliver' && member === 'message');
      assert.equal(fits(rest), mayBeMissing, `without ${member}`);
    }
    assert.ok(!fits({ ...frame, surplus: 1 }), 'with a surplus member');
    assert.ok(!fits({ ...frame, type: 'other' }), 'of another type');
  });
}
const types = [...new Set(frames.map(({ frame }) => frame.type))].sort();
for (const messages of [document.components, ...Object.values(document.channels)].map((part) => part.messages)) {
  check('asyncapi.yaml', () => assert.deepEqual(Object.keys(messages).sort(), types));
}

if (problems.length > 0) {
  console.error(problems.slice(0, 40).join('\n'));
  console.error(`${problems.length} differences`);
  process.exit(1);
}
console.log(`${frames.length} frames and ${malformed.length} damaged messages agree with frame.ksy and asyncapi.yaml`);
