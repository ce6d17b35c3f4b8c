import ContentStore
import Files
import GRDB
import Ledger

extension ArtifactGraph {
  /// A database and what had to be done for it.
  struct Opened {
    var queue: DatabaseQueue
    var isInMemory: Bool
    var notices: [GraphNotice]
    /// Whether it was made just now, from the whole ledger.
    var isNew = false

    /// A database without a file, for want of one.
    static func inMemory(_ notices: [GraphNotice]) throws -> Opened {
      Opened(queue: try GraphDatabase.open(nil), isInMemory: true, notices: notices)
    }
  }

  /// Opens the file, or makes it anew where it is of no use; in memory where it cannot be.
  static func open(
    _ file: GraphFile, holding lock: WriterLock?, progress: ((IndexProgress) -> Void)?
  ) throws -> Opened {
    if file.store.isReadOnly { return try .inMemory([.inMemory]) }
    do {
      switch try file.state() {
      case .absent:
        let isNew = NewIndex(file, progress: progress).make()
        return Opened(
          queue: try GraphDatabase.open(file), isInMemory: false, notices: [], isNew: isNew)
      case .ours:
        return Opened(queue: try GraphDatabase.open(file), isInMemory: false, notices: [])
      case .foreign, .unreadable:
        return try openAnew(file, after: nil, holding: lock, progress: progress)
      }
    } catch let error where GraphDatabase.isDamage(error) {
      return try openAnew(file, after: error, holding: lock, progress: progress)
    } catch let error where GraphDatabase.isUnwritable(error) {
      return try .inMemory([notice(error, file.store)])
    }
  }

  /// Makes way for a new file and opens it: removes an index that is damaged, moves anything else
  /// to quarantine.
  ///
  /// - Parameter damage: what was found in an index of ours; nil leaves one where it is.
  static func openAnew(
    _ file: GraphFile, after damage: (any Error)?, holding lock: WriterLock?,
    progress: ((IndexProgress) -> Void)?
  ) throws -> Opened {
    if file.store.isReadOnly { return try .inMemory([.inMemory]) }
    let held: WriterLock
    var isTaken = false
    do throws(StoreError) {
      if let lock {
        held = lock
      } else {
        held = try file.store.lockForWriting(command: "reindex") { (_) throws(StoreError) in
          // Who only reads waits for no writer.
          isTaken = true
          throw StoreError(.system, path: file.store.layout.lock)
        }
      }
    } catch {
      let reason = "it has to be made again, and another process writes to the store"
      return try .inMemory([isTaken ? .unusableNow(reason: reason) : notice(error, file.store)])
    }
    return try withExtendedLifetime(held) {
      var notices: [GraphNotice] = []
      do {
        notices = try makeWay(file, after: damage)
        let isNew = NewIndex(file, progress: progress).make()
        let queue = try GraphDatabase.open(file)
        return Opened(queue: queue, isInMemory: false, notices: notices, isNew: isNew)
      } catch let error
        where error is LedgerError || error is StoreError || GraphDatabase.isUnwritable(error)
      {
        return try .inMemory(notices + [notice(error, file.store)])
      }
    }
  }

  private static func makeWay(
    _ file: GraphFile, after damage: (any Error)?
  ) throws -> [GraphNotice] {
    switch try file.state() {
    case .absent: return []
    case .foreign(let reason), .unreadable(let reason):
      guard let path = try file.setAside() else { return [] }
      return [.foreignSetAside(path: path, reason: reason)]
    case .ours:
      guard let damage else { return [] }
      try file.remove()
      // Another version of us is no damage.
      return damage is GraphDatabase.OtherVersion ? [] : [.rebuiltDamaged(reason: reason(damage))]
    }
  }

  /// Why the index is in memory.
  static func notice(_ error: any Error, _ store: ContentStore) -> GraphNotice {
    if store.isReadOnly || !store.fileSystem.isWritable(store.layout.root) { return .inMemory }
    let isPassing = GraphDatabase.isPassing(error) || (error as? StoreError)?.code == .diskFull
    return isPassing ? .unusableNow(reason: reason(error)) : .unopenable(reason: reason(error))
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as DatabaseError: error.message ?? "\(error)"
    case let error as GraphFile.Unreachable: error.reason
    case let error as GraphDatabase.OtherSchema: error.description
    default: wrap(error).reason
    }
  }
}

extension GraphError {
  // Of the file, in words.
  fileprivate var reason: String {
    switch self {
    case .store(let error), .ledger(.store(let error)):
      [
        error.call, error.path, error.expected.map { "expected \($0)" },
        error.errno.map { "\($0)" },
      ].compactMap(\.self).joined(separator: " ")
    default: "\(self)"
    }
  }
}
