import type { OracleParams } from './layer.ts';
import { type OracleFrame, type OracleValues, oracleMap } from './map.ts';
import { oracleEncoder } from './mapping.ts';
import { oracleNats, oracleScaled } from './network.ts';
import type { OraclePixelVae } from './pixel-vae.ts';

/** −log p(x | code(x)) of each image in nats, [batch] (Gated PixelCNN §2.4). */
export function oracleAutoEncoderNats(
  { encoder, decoder }: Pick<OraclePixelVae, 'encoder' | 'decoder'>,
  params: OracleParams,
  images: OracleValues,
  dims: OracleFrame,
): Float64Array {
  const scaled = oracleScaled(oracleMap(images, dims), decoder.levels);
  const vector = oracleEncoder(encoder as never, params.encoder as OracleParams, scaled);
  const own = params.decoder as OracleParams;
  return oracleNats(decoder, own.model as OracleParams, images, dims, { vector });
}
