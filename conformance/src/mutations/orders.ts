import type { Mutation } from '../mutations.ts';

const ORDERS = 'packages/models/src/orders';
const ORDERS_TEST = 'conformance/src/orders.test.ts';
const WALK = 'packages/generate/src/walk.ts';
const WALK_TEST = 'packages/generate/test/walk.test.ts';

/** Mixtures of orders, and what draws in orders. */
export const ORDER_MUTATIONS: readonly Mutation[] = [
  {
    name: 'order-taken-for-its-inverse',
    bug: 'images are rearranged by the places of their pixels instead of the pixels of the places, which are the same for all but the quarter turns',
    file: `${ORDERS}/order-mixture.ts`,
    from: 'order.set(permutations[k], b * pixels)',
    to: 'order.set(permutations[k].map((_, pixel) => permutations[k].indexOf(pixel)), b * pixels)',
    test: ORDERS_TEST,
    title: 'half is drawn given all of it',
  },
  {
    name: 'log-k-forgotten',
    bug: 'the probabilities of the orders are added, not averaged',
    file: `${ORDERS}/order-mixture.ts`,
    from: 'Math.log(orders.length)',
    to: '0',
    test: ORDERS_TEST,
    title: 'is the mean of the probabilities in each order',
  },
  {
    name: 'one-order-for-all',
    bug: 'all images of a batch are trained in raster order',
    file: `${ORDERS}/order-mixture.ts`,
    from: '() => pick(random, everyOrder)',
    to: '() => 0',
    test: ORDERS_TEST,
    title: 'is trained in one order of each image',
  },
  {
    name: 'order-of-another-class',
    bug: 'class + order, where two classes share numbers',
    file: `${ORDERS}/order-mixture.ts`,
    from: '(labels?.[b] ?? 0) * orders.length + k',
    to: '(labels?.[b] ?? 0) + k',
    test: ORDERS_TEST,
    title: 'tells the network class · K + order',
  },
  {
    name: 'map-not-turned',
    bug: 'the condition of a pixel stays where it was when the image is turned',
    file: `${ORDERS}/order-mixture.ts`,
    from: '{ map: rearranged(map, order) }',
    to: '{ map }',
    test: ORDERS_TEST,
    title: 'turns a map as it turns its image',
  },
  {
    name: 'known-half-last',
    bug: 'completion in any order, whatever is known',
    file: `${ORDERS}/order-mixture.ts`,
    from: 'mask ? longestKnown(mask, permutations) : everyOrder',
    to: 'everyOrder',
    test: ORDERS_TEST,
    title: 'half is drawn given all of it',
  },
  {
    name: 'columns-not-transposed',
    bug: 'a scan along columns goes along rows',
    file: `${ORDERS}/scan-order.ts`,
    from: '? [forward(along, place, height), forward(across, line, width)]',
    to: '? [forward(across, line, height), forward(along, place, width)]',
    test: `${ORDERS}/scan-order.test.ts`,
    title: 'down-left',
  },
  {
    name: 'known-where-it-is-drawn',
    bug: 'known pixels are looked up by their place in the order',
    file: WALK,
    from: 'settled ? known!.images[pixelAt(b, place) * channels + channel] : 0',
    to: 'settled ? known!.images[(b * height * width + place) * channels + channel] : 0',
    test: WALK_TEST,
    title: 'goes over the images in orders of their own',
  },
  {
    name: 'left-as-it-was-drawn',
    bug: 'finished images are not brought back into place',
    file: WALK,
    from: 'into[pixelAt(b, place) * channels + channel] = ',
    to: 'into[(b * height * width + place) * channels + channel] = ',
    test: WALK_TEST,
    title: 'goes over the images in orders of their own',
  },
  {
    name: 'calibrated-in-raster-order',
    bug: 'C14: the network is initialized from data in raster order, and trained in all orders',
    file: `${ORDERS}/order-mixture.ts`,
    from: 'inner.calibrate!(params, ...inOrders(images, context, drawnOrders(images, context))),',
    to: 'inner.calibrate!(params, ...inOrders(images, context, always(0, images))),',
    test: 'conformance/src/calibration.test.ts',
    title: 'C14: a mixture of orders',
  },
];
