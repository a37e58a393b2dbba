/** How many images: `1 image`, `12 images`. */
export const imagesInWords = (count: number): string => `${count} ${count === 1 ? 'image' : 'images'}`;
