import { defineConfig } from 'vite';

export default defineConfig({
  base: './', // may be served from any folder
  worker: { format: 'es' },
  optimizeDeps: { exclude: ['@pixelrnn/pretrained'] }, // its weights lie beside it
});
