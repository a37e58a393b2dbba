import type { JsonObject } from '@pixelrnn/core';
import type { OracleParams } from './layer.ts';
import { eachPixelOf, type OracleFrame, type OracleValues, oracleMap } from './map.ts';
import { oracleEncoder, oracleUpsampler } from './mapping.ts';
import { type OracleModel, oracleNats } from './network.ts';

export interface OraclePixelVae {
  readonly encoder: JsonObject;
  /** A network that is told a vector of the latents, or with an upsampler a map of them. */
  readonly decoder: OracleModel;
  readonly upsampler?: JsonObject;
}

/**
 * The bound of each image in nats, [batch], for one draw of its latents (Gulrajani et al. 2017, eq. 1; Kingma & Welling 2014, appendix B):
 * −log p(x | z) + Σ_d ½ (σ_d² + μ_d² − 1) − log σ_d,     z = μ(x) + σ(x) ⊙ ε
 *
 * @param noise ε, [batch, D]
 */
export function oraclePixelVaeNats(
  { encoder, decoder, upsampler }: OraclePixelVae,
  params: OracleParams,
  images: OracleValues,
  dims: OracleFrame,
  noise: OracleValues,
): Float64Array {
  const { batch } = dims;
  const levels = oracleMap(images, dims);
  const scaled = eachPixelOf(levels, levels.channels, (pixel) => pixel.map((v) => (2 * v) / (decoder.levels - 1) - 1));
  const statistics = oracleEncoder(encoder as never, params.encoder as OracleParams, scaled);
  const size = noise.length / batch;
  const [mean, logSigma] = [0, size].map((half) =>
    Float64Array.from(noise, (_, i) => statistics[Math.floor(i / size) * 2 * size + half + (i % size)]),
  );
  const latents = mean.map((value, i) => value + Math.exp(logSigma[i]) * noise[i]);
  const own = params.decoder as OracleParams;
  const told = upsampler
    ? { map: oracleUpsampler(upsampler as never, own.upsampler as OracleParams, latents, batch).values }
    : { vector: latents };
  const nats = oracleNats(decoder, own.model as OracleParams, images, dims, told);
  mean.forEach((m, i) => {
    nats[Math.floor(i / size)] += (Math.exp(2 * logSigma[i]) + m * m - 1) / 2 - logSigma[i];
  });
  return nats;
}
