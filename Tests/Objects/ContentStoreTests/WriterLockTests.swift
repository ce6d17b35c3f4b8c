import Dispatch
import FileTesting
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ContentStore

@Suite struct WriterLockTests {
  @Test func namesItsHolderAndIsReleased() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    var lock: WriterLock? = try store.lockForWriting(command: "deploy\n--local") { _ in
      Issue.record("nobody holds it")
    }
    #expect(lock != nil)
    #expect(try text(of: store.layout.lock) == "\(getpid()) deploy--local\n")
    lock = nil
    #expect(try text(of: store.layout.lock) == "")
  }

  @Test func secondWriterIsToldOfTheFirst() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let (waits, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let seen = Mutex<WriterLock.Holder?>(nil)
    try withExtendedLifetime(store.lockForWriting(command: "deploy") { _ in }) {
      Thread {
        let second = try? store.lockForWriting(command: "gc") { holder in
          seen.withLock { $0 = holder }
          waits.signal()
        }
        #expect(second != nil)
        done.signal()
      }.start()
      waits.wait()
      #expect(seen.withLock { $0 } == .init(pid: getpid(), command: "deploy"))
      #expect(done.wait(timeout: .now()) == .timedOut)
    }
    done.wait()
  }

  @Test func wordsOfADeadOwnerDoNotBlock() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    try Data("4194300 zigttp deploy\n".utf8).write(to: URL(fileURLWithPath: store.layout.lock))
    _ = try store.lockForWriting(command: "deploy") { _ in Issue.record("nobody holds it") }
  }

  @Test(.timeLimit(.minutes(1))) func linksFoldersAndPipesAreNoLock() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let target = try scratch.write("target", Array("theirs".utf8))
    let path = store.layout.lock
    func refusal() -> StoreError.Code? {
      storeError { _ = try store.lockForWriting(command: "deploy") { _ in } }?.code
    }
    for place in [target, scratch.path + "/nothing"] {
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: place)
      #expect(refusal() == .malformed)
      try FileManager.default.removeItem(atPath: path)
    }
    #expect(try text(of: target) == "theirs")
    #expect(try fileNames(in: scratch.path) == [".zigttp", "target"])
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(refusal() == .malformed)
    try FileManager.default.removeItem(atPath: path)
    #expect(mkfifo(path, 0o644) == 0)
    #expect(refusal() == .malformed)
  }

  /// Closed twice, its number could be another thread's by then.
  @Test(arguments: ["truncate", "write"]) func aLockThatFailsIsClosedOnce(_ call: String) throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem(failing: call, with: .ioError)
    let store = try scratch.store(system)
    let before = system.calls.count { $0.name == "close" }
    #expect(storeError { _ = try store.lockForWriting(command: "x") { _ in } }?.code == .system)
    #expect(system.calls.count { $0.name == "close" } == before + 1)
  }

  /// The content only tells others who holds it.
  @Test(arguments: ["truncate", "write"]) func aFullDiskHasRoomForTheLock(_ call: String) throws {
    let scratch = try Scratch()
    let store = try scratch.store(FaultyFileSystem(failing: call, with: .noSpace))
    let lock = try store.lockForWriting(command: "gc") { _ in Issue.record("nobody holds it") }
    withExtendedLifetime(lock) {}
  }

  @Test func oneWriterAtATime() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let path = try scratch.write("counter", Array("0".utf8))
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<25 {
        do {
          let lock = try store.lockForWriting(command: "count") { _ in }
          try withExtendedLifetime(lock) {
            let value = try #require(Int(text(of: path)))
            try Data("\(value + 1)".utf8).write(to: URL(fileURLWithPath: path))
          }
        } catch {
          Issue.record(error)
        }
      }
    }
    #expect(try text(of: path) == "200")
  }
}
