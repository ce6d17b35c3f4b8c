import Testing

@testable import Threads

@Suite struct WorkersTests {
  @Test func everyNumberIsTakenOnce() {
    let seen = Monitor([Int](repeating: 0, count: 5000))
    Workers.each(below: 5000, bufferSize: 64) { number, buffer in
      precondition(buffer.count == 64)
      seen.withLock { $0[number] += 1 }
    }
    #expect(seen.withLock { $0.allSatisfy { $0 == 1 } })
    Workers.each(below: 0) { _, _ in Issue.record("there is nothing to do") }
  }

  @Test func aMonitorWakesWhoWaits() throws {
    let turn = Monitor(0)
    let both = try concurrently {
      turn.wait { $0 == 1 ? $0 : nil }
    } _: {
      turn.withLock { $0 = 1 }
      return true
    }
    #expect(both.other == 1 && both.here)
  }
}

@Suite struct LargeStackTests {
  private struct Failure: Error, Equatable {}

  // A frame of at least 1 KiB, so that 100,000 of them need 100 MB.
  private func depth(_ levels: Int) -> Int {
    withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 8) { room in
      room[0] = UInt8(truncatingIfNeeded: levels)
      return levels == 0
        ? 0 : depth(levels - 1) + (room[0] == UInt8(truncatingIfNeeded: levels) ? 1 : 0)
    }
  }

  @Test func holdsWhatNoThreadWould() {
    #expect(LargeStack.run { depth(100_000) } == 100_000)
  }

  @Test func nestsAndThrowsWhatTheWorkThrows() {
    #expect(LargeStack.run { LargeStack.run { 2 } + 1 } == 3)
    #expect(throws: Failure()) {
      try LargeStack.run { () throws(Failure) -> Int in throw Failure() }
    }
  }
}
