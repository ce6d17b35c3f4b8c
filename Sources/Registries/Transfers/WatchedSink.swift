import ContentStore
import Digests
import OCIImage
import OCIRegistry

/// A sink that tells what is read for it, whenever it reads. Documents are small, and are not told.
struct WatchedSink: BlobSink {
  private let sink: any BlobSink
  private let tell: @Sendable (TransferEvent) -> Void

  init(_ sink: any BlobSink, _ tell: @escaping @Sendable (TransferEvent) -> Void) {
    self.sink = sink
    self.tell = tell
  }

  func has(_ descriptor: Descriptor) throws(StoreError) -> Bool { try sink.has(descriptor) }

  func write(_ descriptor: Descriptor, from source: some BlobSource) throws(StoreError) {
    guard !References.isDocument(descriptor.mediaType) else {
      return try sink.write(descriptor, from: source)
    }
    try sink.write(descriptor, from: WatchedBlob(source, descriptor, tell))
  }

  func commit() throws(StoreError) { try sink.commit() }
}

/// A source of which one object is read.
struct WatchedBlob: BlobSource {
  private let source: any BlobSource
  private let descriptor: Descriptor
  private let tell: @Sendable (TransferEvent) -> Void

  init(
    _ source: any BlobSource, _ descriptor: Descriptor,
    _ tell: @escaping @Sendable (TransferEvent) -> Void
  ) {
    self.source = source
    self.descriptor = descriptor
    self.tell = tell
  }

  func size(of digest: Digest, mediaType: String?) throws(StoreError) -> UInt64? {
    try source.size(of: digest, mediaType: mediaType)
  }

  func read(_ digest: Digest, mediaType: String?, limit: Int) throws(StoreError) -> [UInt8] {
    try source.read(digest, mediaType: mediaType, limit: limit)
  }

  func transfer(
    _ digest: Digest, mediaType: String?,
    to body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    tell(.began(descriptor))
    try source.transfer(digest, mediaType: mediaType) { (piece) throws(StoreError) in
      tell(.moved(descriptor, UInt64(piece.count)))
      try body(piece)
    }
    tell(.ended(descriptor, .sent))
  }
}
