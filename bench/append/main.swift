// append FOLDER ROUNDS BATCH: makes a store in FOLDER and appends BATCH rows at once, ROUNDS times,
// each durably; prints the milliseconds of each append. For bench/ledger.sh alone.

import ContentStore
import Glibc
import Ledger

func milliseconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
}

/// About as long as a row of a deploy.
func line(_ number: Int) -> [UInt8] {
  let padding = String(repeating: "q", count: 820)
  return Array(
    #"{"ts":\#(1_700_000_000_000 + number),"kind":"deploy","handlerPath":"\#(padding)"}"#.utf8)
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let rounds = Int(arguments[2]), let batch = Int(arguments[3]) else {
  fatalError("expected FOLDER ROUNDS BATCH")
}
let folder = arguments[1]
let store = try ContentStore(StoreMaker().make(at: folder, slug: "bench"))
let lock = try store.lockForWriting(command: "append") { _ in }
let trust = LedgerTrust(home: folder + "/home", stateFolder: folder + "/state")
mkdir(folder + "/home", 0o700)
mkdir(folder + "/state", 0o700)
var writer = try LedgerWriter(store, holding: lock, trust: trust)
for round in 0..<rounds {
  let lines = (0..<batch).map { line(round * batch + $0) }
  let begin = milliseconds()
  try writer.prepare(lines: lines)
  try writer.appendLines()
  try writer.finish()
  print(milliseconds() - begin)
}
