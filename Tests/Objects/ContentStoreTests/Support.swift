import Digests
import Files
import Foundation
import SystemPackage
import Testing

@testable import ContentStore

/// A folder that goes away with the value.
final class Scratch: Sendable {
  let path: String

  init() throws {
    var template = Array("\(NSTemporaryDirectory())/zigttp-store-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw StoreError(Errno(rawValue: errno), call: "mkdtemp", path: NSTemporaryDirectory())
    }
    let made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    path = try LinuxFileSystem().resolve(made)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A new store in the folder.
  func store(_ fileSystem: any FileSystem = LinuxFileSystem()) throws -> ContentStore {
    let layout = try StoreMaker().make(at: path + "/.zigttp", slug: "orders")
    return try ContentStore(layout, fileSystem: fileSystem)
  }

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

/// The error of a store operation, so that a test can look at its parts.
func storeError(_ body: () throws -> Void) -> StoreError? {
  do {
    try body()
    return nil
  } catch {
    return error as? StoreError
  }
}
