import Foundation
import TestSupport
import Testing

@testable import Archive

/// Runs a program of the machine; its standard output and exit code.
@discardableResult
func run(_ arguments: [String], input: [UInt8] = []) throws -> (status: Int32, output: [UInt8]) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  let (stdin, stdout) = (Pipe(), Pipe())
  process.standardInput = stdin
  process.standardOutput = stdout
  process.standardError = FileHandle.nullDevice
  try process.run()
  let writer = Thread {
    stdin.fileHandleForWriting.write(Data(input))
    try? stdin.fileHandleForWriting.close()
  }
  writer.start()
  let output = Array(stdout.fileHandleForReading.readDataToEndOfFile())
  process.waitUntilExit()
  return (process.terminationStatus, output)
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// Everything in an archive, or what stopped the reader.
func items(_ bytes: [UInt8]) throws -> [TarItem] {
  var reader = TarReader(bytes)
  var out: [TarItem] = []
  while let item = try reader.next() { out.append(item) }
  return out
}

/// An archive of one header block, patched by hand, with the right checksum and end marker.
func archive(content: [UInt8] = [], patch: (inout [UInt8]) -> Void) -> [UInt8] {
  var block = TarHeader(
    name: Array("name".utf8), mode: 0o644, size: UInt64(content.count), modified: 0,
    kind: UInt8(ascii: "0")
  ).bytes
  patch(&block)
  for index in 148..<156 { block[index] = UInt8(ascii: " ") }
  let sum = block.reduce(UInt64(0)) { $0 + UInt64($1) }
  for (index, digit) in TarHeader.octal(sum, digits: 6).enumerated() { block[148 + index] = digit }
  block[154] = 0
  let padding = [UInt8](repeating: 0, count: TarHeader.padding(after: UInt64(content.count)))
  return block + content + padding + [UInt8](repeating: 0, count: 1024)
}

extension Array where Element == UInt8 {
  /// Overwrites from `offset` on, and ends the field with a NUL.
  mutating func put(_ text: String, at offset: Int) {
    for (index, byte) in text.utf8.enumerated() { self[offset + index] = byte }
    self[offset + text.utf8.count] = 0
  }
}
