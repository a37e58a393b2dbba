import { type JsonObject, type Layer, mapTree, rng, type Tree } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { layers as tfLayers } from '@tensorflow/tfjs-layers';

/** Options of the factory, plus what the Layers API keeps (name, dtype, inputShape, …) and the seed of the initial weights. */
export type TfLayerConfig<O> = O & {
  seed: number | string;
  name?: string;
  inputShape?: (number | null)[];
  trainable?: boolean;
};

/**
 * The options as text. Saving turns every string of a config into snake case (mask 'B' would come back as 'b'), except under the key
 * `name`.
 */
type Stored = { readonly name: string };

/** The options without what belongs to the Layers API. */
function ownOptions<O>(config: TfLayerConfig<O>): TfLayerConfig<O> {
  const { name, trainable, dtype, inputShape, batchInputShape, ...options } = config as TfLayerConfig<JsonObject>;
  return options as TfLayerConfig<O>;
}

type Variable = ReturnType<tfLayers.Layer['addWeight']>;

export type TfLayerClass<O> = {
  new (config: TfLayerConfig<O>): tfLayers.Layer;
  className: string;
};

/**
 * Makes a `tf.layers.Layer` class from a layer factory and registers it for serialization, so that a layer of ours stands in a
 * `tf.sequential`, trains with `fit`, and survives `save` and `loadLayersModel`:
 *
 *     const RowLstm = defineTfLayer('RowLstm', rowLstm);
 *     model.add(new RowLstm({ channels: 8, hidden: 4, seed: 1 }));
 *
 * For layers of one map; a layer with a map `above` cannot be built.
 *
 * @param className the name under which models are saved; once defined, it stays
 */
export function defineTfLayer<O extends object>(className: string, factory: (options: O) => Layer): TfLayerClass<O> {
  class TfLayer extends tfLayers.Layer {
    static className = className;
    private readonly layer: Layer;
    private readonly options: TfLayerConfig<O>;
    private variables: Tree<Variable> = {};

    constructor(config: TfLayerConfig<O> & { stored?: Stored }) {
      super(config as never);
      this.options = config.stored ? JSON.parse(config.stored.name) : ownOptions(config);
      if (this.options.seed === undefined)
        throw new Error(`${className}: wanted a seed for its initial weights, got none`);
      const { seed: _, ...options } = this.options;
      this.layer = factory(options as unknown as O);
      if (this.layer.inputs.above !== undefined)
        throw new Error(`${className}: wanted a layer of one map, got ${this.layer.name} with a map \`above\``);
    }

    override build(): void {
      this.variables = mapTree<tf.Tensor, Variable>(this.layer.init(rng(this.options.seed)), (initial, path) => {
        const initializer = { apply: () => initial } as unknown as Parameters<tfLayers.Layer['addWeight']>[3];
        return this.addWeight(path, initial.shape, 'float32', initializer);
      });
      this.built = true;
    }

    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      const here = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D;
      const params = mapTree<Variable, tf.Tensor>(this.variables, (variable) => variable.read());
      return tf.tidy(() => this.layer.apply(params, { here }).here);
    }

    override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
      return [...inputShape.slice(0, 3), this.layer.outputs.here];
    }

    override getConfig() {
      const stored: Stored = { name: JSON.stringify(this.options) };
      return { ...super.getConfig(), stored } as ReturnType<tfLayers.Layer['getConfig']>;
    }
  }
  tf.serialization.registerClass(TfLayer as never);
  return TfLayer as unknown as TfLayerClass<O>;
}
