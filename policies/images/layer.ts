// Layers: what a client downloads of an image, by digest and compressed size.

export type Layer = { readonly digest: string; readonly sizeBytes: number };
