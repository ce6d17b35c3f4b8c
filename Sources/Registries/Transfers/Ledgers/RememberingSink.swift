import ContentStore
import Digests

/// A sink that is asked once for each object: what many closures have in common is there after the
/// first of them.
final class RememberingSink<Sink: BlobSink>: BlobSink {
  private let sink: Sink
  private var known: Set<Digest> = []
  private var written: Set<Digest> = []

  init(_ sink: Sink) { self.sink = sink }

  func has(_ descriptor: Descriptor) throws(StoreError) -> Bool {
    if known.contains(descriptor.digest) { return true }
    guard try sink.has(descriptor) else { return false }
    known.insert(descriptor.digest)
    return true
  }

  func write(_ descriptor: Descriptor, from source: some BlobSource) throws(StoreError) {
    try sink.write(descriptor, from: source)
    written.insert(descriptor.digest)
  }

  func commit() throws(StoreError) {
    try sink.commit()
    known.formUnion(written)
    written = []
  }
}
