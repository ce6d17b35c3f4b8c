import ContentStore
import Digests
import OCIImage
import OCIRegistry

/// Copies an image or an artifact with all that it leads to, and names it at the other end.
///
/// What a tag stands for is asked once, before anything is moved; from then on it is its digest that
/// is read. An index is copied with all of its manifests. Objects that are there already are not
/// moved again, so that what was interrupted is taken up where it was.
public struct ImageCopy {
  /// What a copy did.
  public struct Outcome: Sendable, Hashable {
    /// What the source's name stood for.
    public var root: Descriptor
    /// The tag that it has at the other end.
    public var tag: String?
    /// What was attached to it and was copied as well, in the order of their digests.
    public var referrers: [Descriptor] = []
    /// Objects that were written.
    public var written = 0
    /// Their bytes.
    public var bytes: UInt64 = 0
    /// Objects that were there already.
    public var present = 0
    /// Objects that stay where their documents say that they are.
    public var foreign: [Descriptor] = []
  }

  private let withReferrers: Bool
  private let tell: @Sendable (TransferEvent) -> Void

  /// - Parameters:
  ///   - withReferrers: whether what is attached to it goes along, and what is attached to that.
  ///   - tell: called for the content that is moved, on whichever thread; what has to be read again
  ///     begins again.
  public init(
    withReferrers: Bool = false, tell: @escaping @Sendable (TransferEvent) -> Void = { _ in }
  ) {
    self.withReferrers = withReferrers
    self.tell = tell
  }

  /// Copies.
  ///
  /// - Throws: ``TransferError``; before anything is moved where a name says that it cannot be.
  public func run(
    from source: some ImageSource, to target: some ImageTarget
  ) throws -> Outcome {
    let root = try source.resolve()
    if let digest = target.digest, digest != root.digest {
      throw TransferError.otherDigest(at: target.shown, expected: digest, found: root.digest)
    }
    try target.check()
    var outcome = Outcome(root: root)
    let sink = WatchedSink(target.sink, tell)
    do {
      try copy(root, from: source, to: sink, &outcome)
      if withReferrers {
        outcome.referrers = try Self.attached(to: root, in: source)
        for referrer in outcome.referrers {
          try copy(referrer, from: source, to: sink, &outcome)
        }
      }
      outcome.tag = try target.finish(root, attached: outcome.referrers, from: source.blobs)
    } catch let error as StoreError {
      throw target.own(error) ?? source.explained(error)
    }
    return outcome
  }

  private func copy(
    _ root: Descriptor, from source: some ImageSource, to sink: WatchedSink,
    _ outcome: inout Outcome
  ) throws {
    let done = try ClosureCopy(from: source.blobs).run(root, to: sink)
    outcome.written += done.written
    outcome.bytes += done.bytes
    outcome.present += done.present
    outcome.foreign += done.foreign.filter { !outcome.foreign.contains($0) }
  }

  // So many at most: whoever lists them may make them up.
  private static let mostReferrers = 10_000

  private static func attached(
    to root: Descriptor, in source: some ImageSource
  ) throws(TransferError) -> [Descriptor] {
    var found: [Digest: Descriptor] = [:]
    var todo = [root.digest]
    while let digest = todo.popLast() {
      for referrer in try source.referrers(of: digest) where found[referrer.digest] == nil {
        guard found.count < mostReferrers, referrer.digest != root.digest else {
          throw .object(
            StoreError(
              .tooLarge, digest: root.digest, expected: "at most \(mostReferrers) referrers",
              found: "more"), at: source.shown)
        }
        found[referrer.digest] = referrer
        todo.append(referrer.digest)
      }
    }
    return found.values.sorted { $0.digest < $1.digest }
  }
}
