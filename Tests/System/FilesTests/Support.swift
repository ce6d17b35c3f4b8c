import Foundation
import SystemPackage
import Testing

@testable import Files

/// A folder that goes away with the value.
final class Scratch: Sendable {
  let path: String

  init() throws {
    var template = Array("\(NSTemporaryDirectory())/zigttp-files-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw FileError(Errno(rawValue: errno), call: "mkdtemp", path: NSTemporaryDirectory())
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = "\(path)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  func folder(_ name: String) throws -> String {
    let folder = "\(path)/\(name)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }
}

func bytes(of path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

func text(of path: String) throws -> String { String(decoding: try bytes(of: path), as: UTF8.self) }

func names(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

func permissions(_ path: String) throws -> Int {
  let found = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
  return try #require(found as? Int)
}

/// The bits that this process's umask leaves of a mode.
func masked(_ mode: Int) -> Int {
  let mask = umask(0)
  umask(mask)
  return mode & ~Int(mask)
}

/// The error of a call, so that a test can look at its parts.
func fileError(_ body: () throws -> Void) -> FileError? {
  do {
    try body()
    return nil
  } catch {
    return error as? FileError
  }
}
