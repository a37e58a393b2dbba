import * as tf from '@tensorflow/tfjs-core';

/**
 * Shifts row r right by r columns, so that the diagonals of the image become columns. PixelRNN §3.2, Figure 3.
 *
 *   1 2 3        1 2 3 . .
 *   4 5 6   →    . 4 5 6 .      [B, H, W, C] → [B, H, W+H−1, C], padded with zeros
 *   7 8 9        . . 7 8 9
 */
export function skew(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const skewed = width + height - 1;
  return tf.tidy(() => {
    // Rows of width W+H, read again with width W+H−1, each start one column later than the row before.
    const padded = tf.reshape(
      tf.pad(x, [
        [0, 0],
        [0, 0],
        [0, height],
        [0, 0],
      ]),
      [batch, height * (width + height), channels],
    );
    const cut = tf.slice(padded, [0, 0, 0], [batch, height * skewed, channels]);
    return tf.reshape(cut, [batch, height, skewed, channels]);
  });
}

/** The inverse of {@link skew}: row r takes columns r … r+W−1. [B, H, W+H−1, C] → [B, H, W, C] */
export function unskew(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, skewed, channels] = x.shape;
  const width = skewed - height + 1;
  if (width < 1) throw new Error(`unskew: wanted at least as many columns as rows, got ${height}×${skewed}`);
  return tf.tidy(() => {
    const flat = tf.pad(tf.reshape(x, [batch, height * skewed, channels]), [
      [0, 0],
      [0, height],
      [0, 0],
    ]);
    const rows = tf.reshape(flat, [batch, height, skewed + 1, channels]) as tf.Tensor4D;
    return tf.slice(rows, [0, 0, 0, 0], [batch, height, width, channels]);
  });
}
