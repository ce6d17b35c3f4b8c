import Foundation
import TestSupport
import Testing

@testable import ControlPlaneClient

@Suite struct CredentialsTests {
  private let scratch: Scratch
  private let file: CredentialsFile
  private let here = "http://127.0.0.1:8787"
  private let there = "https://cp.example"

  init() throws {
    scratch = try Scratch()
    file = CredentialsFile(home: scratch.path)
  }

  private func mode(_ path: String) throws -> Int {
    try #require(
      FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  @Test func nothingIsThereAndNothingIsMade() throws {
    #expect(try file.entry(for: here) == nil)
    #expect(try !file.forget(here))
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/.zigttp"))
  }

  @Test func aTokenIsForItsOwnOrigin() throws {
    try file.save(.init(token: "one", email: "ada@example.com"), for: here)
    try file.save(.init(token: "two", email: nil), for: there)
    #expect(try file.entry(for: here) == .init(token: "one", email: "ada@example.com"))
    #expect(try file.entry(for: there) == .init(token: "two", email: nil))
    #expect(try file.entry(for: "https://cp.example:8443") == nil)
    #expect(try file.entry(for: "http://cp.example") == nil)
    #expect(try file.forget(here))
    #expect(try file.entry(for: here) == nil)
    #expect(try file.entry(for: there) == .init(token: "two", email: nil))
  }

  @Test func nobodyElseCanReadIt() throws {
    let folder = scratch.path + "/.zigttp"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    let former = umask(0)
    defer { umask(former) }
    try file.save(.init(token: "one", email: nil), for: here)
    #expect(try mode(folder) == 0o700)
    #expect(try mode(file.path) == 0o600)
    // Nothing unfinished is left beside it.
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(names == ["credentials", "credentials.lock"])
  }

  @Test(arguments: [0o640, 0o604, 0o666])
  func oneThatOthersCanReadIsNotUsed(_ mode: Int) throws {
    try file.save(.init(token: "one", email: nil), for: here)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    let error = failure(of: { try file.entry(for: here) })
    #expect(error?.code == .credentials)
    #expect(error?.found == "0" + String(mode, radix: 8))
    #expect(failure(of: { try file.save(.init(token: "two", email: nil), for: there) }) != nil)
  }

  @Test(arguments: ["", "[]", "{", "{\"http://127.0.0.1:8787\":{\"token\":\"a secret\\n\"}}"])
  func whatIsNoneOfOursIsToldWithoutWhatItHolds(_ text: String) throws {
    try file.save(.init(token: "one", email: nil), for: here)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file.path))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    let error = failure(of: { try file.entry(for: here) })
    #expect(error?.code == .credentials)
    #expect("\(String(describing: error))".contains("secret") == false)
  }

  @Test func aLinkIsNotFollowed() throws {
    let other = scratch.path + "/other"
    try Data("{}".utf8).write(to: URL(fileURLWithPath: other))
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/.zigttp", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: other)
    #expect(failure(of: { try file.entry(for: here) })?.code == .credentials)
  }

  @Test func whatCannotBeSentIsNotKept() throws {
    for token in ["", "two words", "line\nbreak", "schlüssel", String(repeating: "a", count: 5000)]
    {
      #expect(failure(of: { try file.save(.init(token: token, email: nil), for: here) }) != nil)
    }
    #expect(try file.entry(for: here) == nil)
  }

  @Test func manyAtOnceAllKeepTheirs() async throws {
    let file = file
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<16 {
        group.addTask {
          try file.save(.init(token: "token\(number)", email: nil), for: "https://cp\(number).test")
        }
      }
      try await group.waitForAll()
    }
    for number in 0..<16 {
      #expect(try file.entry(for: "https://cp\(number).test")?.token == "token\(number)")
    }
  }

  @Test func whatOthersWroteThereStays() throws {
    try file.save(.init(token: "one", email: nil), for: here)
    let text = "{\"note\":[1.5,null],\"http://127.0.0.1:8787\":{\"token\":\"one\"}}"
    try Data(text.utf8).write(to: URL(fileURLWithPath: file.path))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    try file.save(.init(token: "two", email: nil), for: there)
    let kept = try String(contentsOfFile: file.path, encoding: .utf8)
    #expect(kept.contains("\"note\":[1.5,null]"))
  }
}
