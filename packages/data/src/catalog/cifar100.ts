import type { Dataset } from '../dataset/dataset.ts';
import { pixelDataset, splitTail } from '../dataset/pixel-dataset.ts';
import { CIFAR_IMAGE, decodeCifar } from '../formats/cifar.ts';
import { checkBytes, checkChoice, checkInteger, resolveOptions } from '../options.ts';
import type { Cifar10Options } from './cifar10.ts';

/** Files of the binary version: `train.bin` and `test.bin`. */
export interface Cifar100Files {
  readonly train: Uint8Array;
  readonly test: Uint8Array;
}

/** What one may choose of CIFAR-100. */
export interface Cifar100Options extends Cifar10Options {
  /** `fine`: 100 classes. `coarse`: the 20 that these are gathered in. */
  labels: 'fine' | 'coarse';
}

/** All 256 levels, 5,000 images to validate, and 100 classes. */
export const CIFAR100_DEFAULTS: Cifar100Options = { levels: 256, validSize: 5_000, labels: 'fine' };

const FINE = `
  apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can
  castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin
  elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster
  man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck
  pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk
  skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger
  tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm`
  .trim()
  .split(/\s+/);

const COARSE = `
  aquatic_mammals fish flowers food_containers fruit_and_vegetables household_electrical_devices
  household_furniture insects large_carnivores large_man-made_outdoor_things large_natural_outdoor_scenes
  large_omnivores_and_herbivores medium_mammals non-insect_invertebrates people reptiles small_mammals trees
  vehicles_1 vehicles_2`
  .trim()
  .split(/\s+/);

/** The labels of an image: the coarse one, then the fine one. */
const LABELS = { coarse: { at: 0, names: COARSE }, fine: { at: 1, names: FINE } } as const;

/**
 * CIFAR-100 (Krizhevsky 2009) from the bytes of its binary version: 45,000 / 5,000 / 10,000 RGB images of 32×32.
 *
 * @throws DataError on bytes that are not what they should be, or unknown options.
 */
export function cifar100(files: Cifar100Files, options?: Partial<Cifar100Options>): Dataset {
  const { levels, validSize, labels } = resolveOptions('cifar100', CIFAR100_DEFAULTS, options);
  const { at, names } = LABELS[checkChoice('cifar100', 'labels', labels, ['fine', 'coarse'])];
  const layout = { labels: 2, label: at, classes: names.length };
  const train = decodeCifar([checkBytes('cifar100', 'train', files.train)], () => 'train.bin', layout);
  const test = decodeCifar([checkBytes('cifar100', 'test', files.test)], () => 'test.bin', layout);
  checkInteger('cifar100', 'validSize', validSize, 0, train.labels!.length - 1);
  const { head, tail } = splitTail(train, CIFAR_IMAGE.size, validSize);
  const dataset = pixelDataset({
    name: 'cifar100',
    height: CIFAR_IMAGE.side,
    width: CIFAR_IMAGE.side,
    channels: CIFAR_IMAGE.channels,
    sourceLevels: 256,
    splits: { train: head, valid: tail, test },
    classes: names,
    quantize: { binarize: 'none', levels, seed: undefined },
  });
  return { ...dataset, config: { ...dataset.config, labels } };
}
