/** What a stream gives, one by one; a loop that is left early cancels the stream. */
export async function* streamItems<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined); // an error of the stream was thrown above
  }
}
