import Glibc

/// A program could not be started.
public struct StartFailure: Error {}

/// Starts a program.
public func start(_ arguments: [String], output: String) throws -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
  posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
  posix_spawn_file_actions_adddup2(&actions, 1, 2)
  var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  var pid: pid_t = 0
  guard posix_spawn(&pid, arguments[0], &actions, nil, &pointers, environ) == 0 else {
    throw StartFailure()
  }
  return pid
}

/// Runs a program to its end and returns its status.
public func run(_ arguments: [String], output: String = "/dev/null") -> Int32 {
  guard let pid = try? start(arguments, output: output) else { return -1 }
  var status: Int32 = 0
  waitpid(pid, &status, 0)
  return status >> 8 & 0xff
}
