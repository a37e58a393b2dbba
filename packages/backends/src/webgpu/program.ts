import * as tf from '@tensorflow/tfjs-core';
import type { BackendProgram, BackendUniform, WebgpuBackend } from './webgpu-backend.ts';

/**
 * A compute program in WGSL. Inputs are flat arrays of floats under their names (`x`, and its length as `uniforms.xShape`); the
 * output is one flat array, `result`. Sizes are written into the code as constants, except those of the batch, so that another batch
 * size compiles nothing.
 */
export interface Program {
  /** Of the kernel and what the program does for it; errors and profiles show it. */
  readonly name: string;
  readonly inputs: readonly string[];
  /** Inputs whose elements are read four at a time, as vec4<f32>. */
  readonly wide?: readonly string[];
  /** Functions, constants and workgroup memory. */
  readonly declarations?: string;
  /**
   * What an invocation does. It knows `index`, its number, `localIndex`, `workgroupId`, `numWorkgroups`, `result`, `uniforms`
   * with its {@link numbers}, and `isNan(value)`.
   */
  readonly body: string;
  /** Invocations of a workgroup. */
  readonly workgroup: number;
  readonly workgroups: readonly [x: number, y?: number, z?: number];
  /** Length of the output. */
  readonly size: number;
  /** Numbers that change from call to call, read as `uniforms.name`. */
  readonly numbers?: { readonly [name: string]: ProgramNumber };
}

type ProgramNumber = { readonly int: number } | { readonly float: number };

/** Runs a program on the inputs it names; the result is a vector, kept or disposed of like that of any operation. */
export function runProgram(
  program: Program,
  inputs: { readonly [name: string]: tf.TensorInfo | undefined },
): tf.Tensor1D {
  const backend = tf.backend() as WebgpuBackend;
  const flat = program.inputs.map((name): tf.TensorInfo => {
    const input = inputs[name];
    if (input === undefined) throw new Error(`${program.name}: wanted the input ${name}, got none`);
    const { dataId, dtype } = asStored(backend, input);
    return { dataId, dtype, shape: [tf.util.sizeFromShape(input.shape)] };
  });
  const numbers = Object.values(program.numbers ?? {}).map(
    (value): BackendUniform =>
      'int' in value ? { type: 'int32', data: [value.int] } : { type: 'float32', data: [value.float] },
  );
  const info = backend.runWebGPUProgram(backendProgram(program), flat, 'float32', numbers);
  return tf.engine().makeTensorFromTensorInfo(info, backend) as tf.Tensor1D;
}

/** Comparisons, max, exp and log may do with NaN what they like, and compilers may assume that there is none; bits are bits. */
const IS_NAN = 'fn isNan(value : f32) -> bool { return (bitcast<u32>(value) & 0x7fffffffu) > 0x7f800000u; }';

/** A tensor that was cast to float32 may still hold integers; these are converted. */
const asStored = ({ tensorMap }: WebgpuBackend, input: tf.TensorInfo): tf.TensorInfo =>
  input.dtype === 'float32' && tensorMap.get(input.dataId).dtype !== 'float32' ? tf.mul(input as tf.Tensor, 1) : input;

function backendProgram(program: Program): BackendProgram {
  const { name, inputs, wide = [], declarations = '', body, workgroup, workgroups, size, numbers = {} } = program;
  const [x, y = 1, z = 1] = workgroups;
  // With the layout 'auto' a binding that the code does not mention is dropped and the call fails: mention the uniforms.
  const code = `${IS_NAN}\n${declarations}\nfn main(index : i32) {\n_ = uniforms.NAN;\n${body}\n}`;
  return {
    // The backend names a program by its constructor, in errors and in profiles.
    constructor: { name },
    shaderKey: `${name}\n${code}`,
    workgroupSize: [workgroup, 1, 1],
    dispatch: [x, y, z],
    dispatchLayout: { x: [0] },
    outputShape: [size],
    variableNames: inputs,
    variableComponents: inputs.map((input) => (wide.includes(input) ? 4 : 1)),
    uniforms: Object.entries(numbers)
      .map(([key, value]) => `${key} : ${'int' in value ? 'i32' : 'f32'}, `)
      .join(''),
    getUserCode: () => code,
  } as BackendProgram;
}

/** A program that computes each element of its output by itself; the body knows `index` and returns at `index >= size`. */
export function elementwise(program: Omit<Program, 'workgroup' | 'workgroups'>, limit = 65_535): Program {
  const workgroup = 64;
  const groups = Math.ceil(program.size / workgroup);
  const columns = Math.min(groups, limit);
  return {
    ...program,
    workgroup,
    workgroups: [columns, Math.ceil(groups / columns)],
    body: `if (index >= uniforms.outShape) { return; }\n${program.body}`,
  };
}
