import ContentStore
import Deployment
import Encodings
import Glibc
import Reports

extension Invocation {
  /// The store that a query reads: the one named, else the nearest upward.
  /// - Parameter name: `--store`.
  func existingStore(named name: String?) throws -> ContentStore {
    guard let layout = try locateStore(named: name) else {
      let place: SafeText = (name ?? store).map { "at \($0)" } ?? "at or above \(directory)"
      throw CommandFailure(
        .failure, "no .zigttp store \(place)",
        next: "Run `zigttp deploy --local` in a project to make one, or name one with --store DIR.")
    }
    return try ContentStore(layout)
  }

  /// The same for a command that can do without one: nil where none was named and none is there.
  func storeIfAny(named name: String?) throws -> ContentStore? {
    if name ?? store != nil { return try existingStore(named: name) }
    return try locateStore(named: nil).map { try ContentStore($0) }
  }

  /// The store that a check is about: the same, and also what is left of one that lost the file
  /// that makes it a store.
  func storeToCheck(named name: String?) throws -> ContentStore {
    if let explicit = name ?? store {
      let path = explicit.hasPrefix("/") ? explicit : directory + "/" + explicit
      let finder = StoreFinder(home: home, user: getuid())
      if let remains = try finder.remains(at: path) { return ContentStore(unchecked: remains) }
    } else if try locateStore(named: nil) == nil,
      let remains = try StoreFinder(home: home, user: getuid()).searchRemains(from: directory)
    {
      return ContentStore(unchecked: remains)
    } else if let layout = try locateStore(named: nil) {
      return ContentStore(unchecked: layout)
    }
    return try existingStore(named: name)
  }

  /// Where a deploy of a project writes: the store named or found, else one to be made in the
  /// project root.
  ///
  /// - Parameter root: absolute path of the project root.
  func deployTarget(named name: String?, in root: String) throws -> DeployTarget {
    // Somebody else may be making it just now, or died while doing so.
    if let explicit = name ?? store, StoreMaker().isUnfinished(at: explicit) {
      return .make(folder: explicit)
    }
    if let layout = try locateStore(named: name) { return .existing(try ContentStore(layout)) }
    if let explicit = name ?? store { return .make(folder: explicit) }
    let folder = root + "/" + StoreLayout.folderName
    // What stands there holds credentials and keys, and no search would find a store in it.
    guard !isHome(root) else {
      throw CommandFailure(
        .failure, "the project is the home folder, and \(folder) is never a store",
        next: "Move the handler into a folder of its own, or name a store with --store DIR.")
    }
    // What somebody else began to make, or a link to anywhere, is no place for ours.
    try StoreFinder(home: home, user: getuid()).refuseUnfit(folder)
    return .make(folder: folder)
  }

  private func isHome(_ folder: String) -> Bool {
    guard let home, let resolved = realpath(home, nil) else { return false }
    defer { free(resolved) }
    return strcmp(resolved, folder) == 0
  }

  private func locateStore(named name: String?) throws -> StoreLayout? {
    let finder = StoreFinder(home: home, user: getuid())
    guard let explicit = name ?? store else { return try finder.search(from: directory) }
    let path = explicit.hasPrefix("/") ? explicit : directory + "/" + explicit
    // A name for a folder that is not there yet is where a deploy makes the store.
    guard access(path, F_OK) == 0 else { return nil }
    do throws(StoreError) { return try finder.named(path) } catch {
      // The project was named instead of the store in it.
      let inside = (explicit == "/" ? "" : explicit) + "/" + StoreLayout.folderName
      guard error.code == .notAStore, (try? finder.named(absolute(inside))) != nil else {
        throw error
      }
      throw CommandFailure(
        .failure, "\(explicit) is no store; the one in it is \(inside)",
        next: "Name that: --store \(ShellWord.quoted(inside)).")
    }
  }

  /// Where to look for the runtime that is packed.
  func runtimeSearch(named name: String?) -> RuntimeSearch {
    RuntimeSearch(named: name ?? runtime, executable: executable)
  }

  /// A path as whoever started the command would type it, starting `./` or `../`.
  func relative(_ path: String) -> String {
    let (from, to) = (callerDirectory.split(separator: "/"), path.split(separator: "/"))
    let shared = zip(from, to).prefix { $0 == $1 }.count
    let up = Array(repeating: "..", count: from.count - shared)
    let parts = (up.isEmpty ? ["."] : up) + to[shared...].map(String.init)
    return parts.joined(separator: "/")
  }
}
