import ContentStore

/// What is remembered of a ledger, beside a store that does not go on from it.
public struct LedgerSighting: Sendable, Hashable {
  /// The store's folder, and where the ledger was when it was last seen.
  public enum Place: Sendable, Hashable {
    /// In the store's own folder.
    case here
    /// In another, which holds a ledger of this name still: one of the two is a copy of the other.
    case copy(folder: String, of: String)
    /// In another, which holds it no more.
    case elsewhere(folder: String)
    /// It is not known where.
    case unknown
  }

  /// The ledger's name.
  public var origin: String
  /// Its lines at that time.
  public var rows: Int
  /// Where it was.
  public var place: Place

  /// A sighting from its parts.
  public init(origin: String, rows: Int, place: Place) {
    self.origin = origin
    self.rows = rows
    self.place = place
  }

  /// - Parameter store: the one that was looked at.
  init(_ entry: CheckpointMemory.Entry, from store: ContentStore) {
    origin = entry.key.name
    rows = entry.checkpoint.head.size
    let here = store.layout.history
    if entry.folder.isEmpty {
      place = .unknown
    } else if entry.folder == here {
      place = .here
    } else {
      let other = ContentStore(
        unchecked: StoreLayout(root: entry.folder), readOnly: true, fileSystem: store.fileSystem)
      // Only for the words: what cannot be read there is no copy.
      let found = try? StoreOrigin(other).read()
      place =
        found == entry.key.name
        ? .copy(folder: entry.folder, of: here) : .elsewhere(folder: entry.folder)
    }
  }
}
