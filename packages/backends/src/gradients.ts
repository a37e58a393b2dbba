// `#gradients` outside of browsers: the gradients of TensorFlow.js's operations, which its core does not register by itself. The file that
// does is written for bundlers; Node can only load it as part of the union package.
import '@tensorflow/tfjs';
