import Glibc
import SystemPackage

/// Giving a name that nothing has yet, on file systems of every kind.
extension FileSystem {
  /// Moves a file to a name that nothing has. What is there already is never replaced.
  ///
  /// In one step where the file system can; else by a second name for the file, so that a crash
  /// leaves both; else, where a file has one name only, by an empty file that reserves the name and
  /// is replaced by ours. A crash between those two leaves the empty one, which nothing relies on
  /// yet: there, whoever comes next takes an empty file for such.
  ///
  /// - Returns: false where something has the name; then the file is where it was.
  public func move(_ path: String, toNew other: String) throws(FileError) -> Bool {
    do throws(Errno) {
      try renameNew(path, to: other)
      return true
    } catch .fileExists {
      return false
    } catch {
      guard error.meansUnsupported else { throw FileError(error, call: "rename", path: other) }
    }
    do throws(Errno) {
      try link(path, to: other)
    } catch .fileExists {
      return false
    } catch {
      guard error.meansUnsupported else { throw FileError(error, call: "link", path: other) }
      return try moveReserving(path, other)
    }
    // Where that fails the file has two names, which harms nothing: the next collection takes one.
    do throws(Errno) { try remove(path) } catch {}
    return true
  }

  private func moveReserving(_ path: String, _ other: String) throws(FileError) -> Bool {
    do throws(Errno) {
      close(try open(other, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, permissions: 0o600))
    } catch .fileExists {
      guard let info = try infoIfAny(other), info.kind == .file, info.size == 0 else {
        return false
      }
    } catch {
      throw FileError(error, call: "open", path: other)
    }
    do throws(Errno) {
      try rename(path, to: other)
      return true
    } catch {
      let failure = FileError(error, call: "rename", path: other)
      do throws(Errno) { try remove(other) } catch {}
      throw failure
    }
  }
}

extension Errno {
  /// Whether it says that the file system lacks the call. `notPermitted` is what link(2) answers
  /// where a file has one name only.
  public var meansUnsupported: Bool {
    let answers: [Errno] = [
      .notSupported, .invalidArgument, .noFunction, .notPermitted, .tooManyLinks,
    ]
    return answers.contains(self)
  }
}
