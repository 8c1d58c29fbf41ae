#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The pipe(2) through which other threads end a loop's poll(2).
struct WakeUpPipe: ~Copyable {
    private let reading: FileDescriptor
    private let writing: FileDescriptor

    /// - Throws: `SyscallError` when the pipe cannot be made.
    init() throws(SyscallError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .last("pipe") }
        if let error = FileDescriptor.makeNonBlocking(ends[0]) ?? FileDescriptor.makeNonBlocking(ends[1]) {
            for end in ends { _ = close(end) }
            throw error
        }
        reading = FileDescriptor(owning: ends[0])
        writing = FileDescriptor(owning: ends[1])
    }

    var readEnd: Int32 { reading.rawValue }

    /// Wakes the loop.
    ///
    /// A full pipe is as good as a written one.
    func signal() {
        var one: UInt8 = 1
        _ = write(writing.rawValue, &one, 1)
    }

    /// Takes what `signal()` wrote.
    func drain() {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { scratch in
            _ = read(reading.rawValue, scratch.baseAddress, scratch.count)
        }
    }
}
