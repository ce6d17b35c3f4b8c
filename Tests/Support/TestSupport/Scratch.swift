import FoundationEssentials
import Glibc

/// A folder for one test, which goes away with the value.
public final class Scratch: Sendable {
  /// Absolute, without links in it.
  public let path: String

  /// A folder could not be made.
  public struct Failure: Error {}

  /// Makes the folder.
  public init() throws {
    let parent = FileManager.default.temporaryDirectory.path
    var template = Array("\(parent)/zigttp-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil, let resolved = realpath(&template, nil) else {
      throw Failure()
    }
    defer { free(resolved) }
    path = String(cString: resolved)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file of the folder; returns its path.
  @discardableResult
  public func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = "\(path)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  /// Reads a file of the folder.
  public func read(_ name: String) throws -> [UInt8] { try bytes(of: "\(path)/\(name)") }

  /// Makes a folder in the folder; returns its path.
  public func folder(_ name: String) throws -> String {
    let folder = "\(path)/\(name)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }
}

/// A whole file.
public func bytes(of path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// A whole file as text.
public func text(of path: String) throws -> String {
  String(decoding: try bytes(of: path), as: UTF8.self)
}

/// What a folder holds, sorted.
public func fileNames(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

/// The permission bits of a file.
public func permissions(_ path: String) throws -> Int {
  var found = stat()
  guard lstat(path, &found) == 0 else { throw Scratch.Failure() }
  return Int(found.st_mode & 0o7777)
}

/// The bits that this process's umask leaves of a mode.
public func masked(_ mode: Int) -> Int {
  let mask = umask(0)
  umask(mask)
  return mode & ~Int(mask)
}

/// The error of a call, so that a test can look at its parts; nil where it has none of the type.
public func failure<Failure: Error>(_ type: Failure.Type, of body: () throws -> Void) -> Failure? {
  do {
    try body()
    return nil
  } catch {
    return error as? Failure
  }
}
