import type { FileSet, FileSpec } from './file-spec.ts';
import { npzToIdx } from './npz-to-idx.ts';
import { picklesToBatches } from './pickles-to-batches.ts';

/** The files of the data sets that have some, by name. */
export const FILE_SETS = {
  mnist: {
    dataset: 'mnist',
    files: [
      gz('train-images-idx3-ubyte', 47_040_016, 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db'),
      gz('train-labels-idx1-ubyte', 60_008, '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5'),
      gz('t10k-images-idx3-ubyte', 7_840_016, '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7'),
      gz('t10k-labels-idx1-ubyte', 10_008, 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2'),
    ],
    archives: [{ name: 'mnist.npz', conversion: npzToIdx }],
    folders: ['MNIST/raw'],
    namesakes: 'Fashion-MNIST, KMNIST or EMNIST',
  },
  'binarized-mnist': {
    dataset: 'binarized-mnist',
    files: [
      gz('binarized_mnist_train.amat', 78_400_000, 'ad693b29f94c14277b095f5238ddefbbdaaae0939789dd2f4f0205278cee3e4d'),
      gz('binarized_mnist_valid.amat', 15_680_000, '1de3d397c40fe8eeb33dafd4099a1f665ec01e96d9be234aaeeac8a34930e2e2'),
      gz('binarized_mnist_test.amat', 15_680_000, 'e6687bfea3f820c174f33b7865140b2a2dd2930ef786f35d45795fc193b5ab2c'),
    ],
  },
  cifar10: {
    dataset: 'cifar10',
    files: [
      batch('data_batch_1.bin', 'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5'),
      batch('data_batch_2.bin', 'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed'),
      batch('data_batch_3.bin', 'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67'),
      batch('data_batch_4.bin', '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48'),
      batch('data_batch_5.bin', '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add'),
      batch('test_batch.bin', '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b'),
    ],
    archives: [{ name: 'cifar-10-binary.tar.gz' }, { name: 'cifar-10-python.tar.gz', conversion: picklesToBatches }],
    folders: ['cifar-10-batches-bin'],
  },
} as const satisfies Readonly<Record<string, FileSet>>;

function gz(name: string, bytes: number, sha256: string): FileSpec {
  // The second form is what many programs unpack the files to.
  return { name, aliases: name.includes('-idx') ? [name.replace('-idx', '.idx')] : [], gzip: true, bytes, sha256 };
}

function batch(name: string, sha256: string): FileSpec {
  return { name, gzip: false, bytes: 30_730_000, sha256 };
}
