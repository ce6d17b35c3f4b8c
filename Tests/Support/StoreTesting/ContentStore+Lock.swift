import ContentStore

extension ContentStore {
  /// The lock; a test that would have to wait for itself fails instead of standing still.
  ///
  /// A child process that is being started elsewhere in the tests' process has all our open files until
  /// it runs its program, and with them a lock that was just released. Its holder has no name then.
  public func lockForTest() throws -> WriterLock {
    try lockForWriting(command: "test") { holder in
      precondition(holder == nil, "a writer of this test is alive")
    }
  }
}
