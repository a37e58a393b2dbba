// `#gradients` in a bundle for browsers: that file alone, instead of every backend, layers, data and converter.
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
