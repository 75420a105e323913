// Types for the sample's plain JavaScript, which its readers copy and which therefore carries none of its own.
declare module '*/image-processor/images.mjs' {
  export interface Derivative {
    folder: string;
    size: string;
    extension: string;
    format: string;
    width: number;
    height: number;
    body: Buffer;
    contentType: string;
  }
  export function derive(photo: Buffer, options?: { watermark?: string }): Promise<Derivative[]>;
  export function derive<T>(
    photo: Buffer,
    options: { watermark?: string },
    use: (derivative: Derivative) => T | Promise<T>,
  ): Promise<T[]>;
  export function derivativeKey(sourceKey: string, derivative: Derivative): string;
}

declare module '*/image-processor/index.mjs' {
  export function handler(event: Buffer, context: object): Promise<{ statusCode: number; body: string }>;
}

declare module '*/sample-app/timeline.mjs' {
  export function drawTimeline(drawn: { startedAt: number; uploadMs: number; path: object; width: number }): string;
  export function failures(path: { invocations: { state: string }[] }): { state: string }[];
}

declare module '*/sample-app/photo.mjs' {
  export function samplePhotoPath(): string;
}

declare module '*/bench/sample-plain.mjs' {
  export function processPlain(
    photo: Buffer,
    options?: { name?: string; watermark?: string },
  ): Promise<Map<string, Buffer>>;
  export function processFile(file: string, folder?: string): Promise<Map<string, Buffer>>;
}
