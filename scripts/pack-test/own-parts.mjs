// Everything that can be contributed, each in one file: whoever imports this knows it by name.
import './own-dataset.mjs';
import './own-encoding.mjs';
import './own-layer.mjs';
import './own-likelihood.mjs';
import './own-optimizer.mjs';
import './own-schedule.mjs';
