import Threads

/// Whether the system has so many more threads for this process: libraries that get none end it.
enum ThreadRoom {
  /// Starts them, all at a time, and lets them end. Others may take them at any time.
  static func has(_ count: Int) -> Bool {
    let isOver = Monitor(false)
    return start(count, isOver)
  }

  private static func start(_ count: Int, _ isOver: Monitor<Bool>) -> Bool {
    guard count > 0 else {
      isOver.withLock { $0 = true }
      return true
    }
    guard let thread = StartedThread({ _ = isOver.wait { $0 ? true : nil } }) else {
      isOver.withLock { $0 = true }
      return false
    }
    let result = start(count - 1, isOver)
    thread.join()
    return result
  }
}
