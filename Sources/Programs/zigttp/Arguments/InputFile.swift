import Files

/// A file that the user named, or standard input where the name is `-`.
enum InputFile {
  /// Whether a name stands for anything.
  static func exists(_ name: String, in invocation: Invocation) -> Bool {
    let info = try? LinuxFileSystem().infoIfAny(invocation.absolute(name), followingLink: true)
    return info ?? nil != nil
  }

  static func read(_ name: String, in invocation: Invocation, limit: Int) throws -> [UInt8] {
    let shown = name == "-" ? "stdin" : name
    do throws(FileError) {
      if name == "-" { return try StandardStream.contents(limit: limit) }
      // A pipe as well, such as a shell makes of <(command).
      let file = try LinuxFileSystem().openFile(invocation.absolute(name), .anyKind)
      return try file.contents(limit: limit)
    } catch {
      if error.code == .tooLarge {
        throw CommandFailure(.failure, "\(shown) has more than \(limit) bytes")
      }
      throw failure(error, shown)
    }
  }

  /// Why a file that the user named cannot be read.
  static func failure(_ error: FileError, _ shown: String) -> CommandFailure {
    let reason = error.errno.map { "\($0)" } ?? "it is \(error.found ?? "no file")"
    return CommandFailure(
      .failure, error.isAbsence ? "\(shown) does not exist" : "\(shown) cannot be read: \(reason)")
  }
}
