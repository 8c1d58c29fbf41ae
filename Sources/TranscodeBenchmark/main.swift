// What one row costs in memory, from COPY message to EXECUTE frame with its place in the window. `Scripts/bench
// transcode` builds and runs this; under callgrind it gives instructions per row.
//
// Usage: TranscodeBenchmark [--json] [--rows N] [--nodes N] [--shards N] [--batch-rows N] [t9|t4|tx]...

import CQLClient
import CQLWire
import Migration
import PosixIO
import WireKit

var rowCount = 2_000_000
var asJSON = false
var cluster = SyntheticCluster()
var names: [String] = []
var arguments = CommandLine.arguments.dropFirst().makeIterator()
while let argument = arguments.next() {
    switch argument {
    case "--json": asJSON = true
    case "--rows": rowCount = arguments.next().flatMap { Int($0) } ?? rowCount
    case "--nodes": cluster.nodeCount = arguments.next().flatMap { Int($0) } ?? cluster.nodeCount
    case "--shards": cluster.shardCount = arguments.next().flatMap { Int($0) } ?? cluster.shardCount
    case "--batch-rows": cluster.batchRowCount = arguments.next().flatMap { Int($0) } ?? cluster.batchRowCount
    default: names.append(argument)
    }
}

/// Runs the loop over the same stretch of rows again and again, answering every frame at once.
func transcode(
    _ table: SyntheticTable,
    rowCount: Int,
    into cluster: SyntheticCluster
) -> (rows: Int, frameBytes: Int, cpu: Duration) {
    let rowsPerPass = min(rowCount, 4096)
    let stream = table.copyStream(rowCount: rowsPerPass)
    let windows = cluster.makeWindows()
    var input = RawBuffer(capacity: stream.count)
    input.append(stream)
    input.consume(stream.count)
    var rows = 0
    var frameBytes = 0
    let before = ProcessUsage.current.cpu
    while rows < rowCount {
        var loop = CopyLoop(table.plan, nullLength: -2, timestamp: 1_700_000_000_000_000)
        // The buffer is empty, its memory still holds the stream: the copy into it is not what is measured.
        input.writeIndex = stream.count
        repeat {
            let step = loop.consume(&input, into: windows)
            precondition(step == .needInput || step == .windowFull, "\(step)")
            for window in windows.windows {
                window.takeUnsent { frameBytes += $0.count }
                window.releaseAll()
            }
        } while !input.isEmpty
        rows += loop.rowCount
    }
    return (rows, frameBytes, ProcessUsage.current.cpu - before)
}

for table in SyntheticTable.all where names.isEmpty || names.contains(table.name) {
    let result = transcode(table, rowCount: rowCount, into: cluster)
    let (seconds, attoseconds) = result.cpu.components
    let microseconds = Double(seconds) * 1e6 + Double(attoseconds) / 1e12
    let perRow = microseconds / Double(result.rows)
    let bytesPerRow = Double(result.frameBytes) / Double(result.rows)
    if asJSON {
        print(
            """
            {"table":"\(table.name)","rows":\(result.rows),"client_cpu_us_per_row":\(perRow),\
            "rows_per_second":\(Int(1e6 / perRow)),"frame_bytes_per_row":\(bytesPerRow)}
            """
        )
    } else {
        let microseconds = (perRow * 1000).rounded() / 1000
        let bytes = (bytesPerRow * 10).rounded() / 10
        print("\(table.name): \(result.rows) rows, \(microseconds) µs CPU per row, \(bytes) frame bytes per row")
    }
}
