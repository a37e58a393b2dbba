import type { FileSet, FileSpec } from './file-spec.ts';
import { npzToIdx } from './npz-to-idx.ts';
import { picklesToRecords } from './pickles-to-records.ts';

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
    archives: [
      { name: 'cifar-10-binary.tar.gz' },
      { name: 'cifar-10-python.tar.gz', conversion: picklesToRecords({ labels: ['labels'] }) },
    ],
    folders: ['cifar-10-batches-bin'],
  },
  // Of these two only the sums of the files as they are published are known.
  'fashion-mnist': {
    dataset: 'fashion-mnist',
    files: [
      packed('train-images-idx3-ubyte', 26_421_880, '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84'),
      packed('train-labels-idx1-ubyte', 29_515, 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'),
      packed('t10k-images-idx3-ubyte', 4_422_102, '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'),
      packed('t10k-labels-idx1-ubyte', 5_148, '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'),
    ],
    folders: ['FashionMNIST/raw'],
    namesakes: 'MNIST, KMNIST or EMNIST',
  },
  kmnist: {
    dataset: 'kmnist',
    files: [
      packed('train-images-idx3-ubyte', 18_165_135, '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4'),
      packed('train-labels-idx1-ubyte', 29_497, 'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17'),
      packed('t10k-images-idx3-ubyte', 3_041_136, 'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5'),
      packed('t10k-labels-idx1-ubyte', 5_120, '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c'),
    ],
    folders: ['KMNIST/raw'],
    namesakes: 'MNIST, Fashion-MNIST or EMNIST',
  },
  cifar100: {
    dataset: 'cifar100',
    files: [
      {
        name: 'train.bin',
        gzip: false,
        bytes: 153_700_000,
        sha256: 'f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29',
      },
      {
        name: 'test.bin',
        gzip: false,
        bytes: 30_740_000,
        sha256: 'd8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a',
      },
    ],
    archives: [
      { name: 'cifar-100-binary.tar.gz' },
      { name: 'cifar-100-python.tar.gz', conversion: picklesToRecords({ labels: ['coarse_labels', 'fine_labels'] }) },
    ],
    folders: ['cifar-100-binary'],
  },
  // All six parts are in one archive, of which only its own sum is published.
  emnist: {
    dataset: 'emnist',
    files: [
      {
        name: 'gzip.zip',
        aliases: ['emnist.zip'],
        gzip: false,
        bytes: 561_753_746,
        sha256: 'fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e',
      },
    ],
    folders: ['EMNIST/raw', 'EMNIST'],
  },
} as const satisfies Readonly<Record<string, FileSet>>;

function gz(name: string, bytes: number, sha256: string): FileSpec {
  // The second form is what many programs unpack the files to.
  return { name, aliases: name.includes('-idx') ? [name.replace('-idx', '.idx')] : [], gzip: true, bytes, sha256 };
}

function packed(name: string, bytes: number, sha256: string): FileSpec {
  return { ...gz(name, bytes, sha256), packed: true };
}

function batch(name: string, sha256: string): FileSpec {
  return { name, gzip: false, bytes: 30_730_000, sha256 };
}
