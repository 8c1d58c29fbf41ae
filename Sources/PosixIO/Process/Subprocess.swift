#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A program that is run to its end for what it prints (posix_spawnp(3)); no shell sees its name or its arguments.
package enum Subprocess {
    /// What a finished program left.
    package struct Outcome: Equatable, Sendable {
        /// Its exit status, or 128 and the number of the signal that ended it.
        package let status: Int32
        /// Its standard output; standard error is not kept.
        package let output: [UInt8]
    }

    /// Runs a program, found in PATH when its name has no slash.
    ///
    /// - Parameters:
    ///   - program: its name or path.
    ///   - arguments: without the program's own name.
    ///   - input: at most 4096 bytes, which a pipe takes at once, for its standard input.
    ///   - outputLimit: bytes of output that are kept; the rest is read and forgotten.
    ///   - timeout: after which it is killed.
    ///   - loop: the loop that the caller runs on.
    /// - Returns: its status and output.
    /// - Throws: `TransportError`: the syscall that failed, timed out, or cancelled; the program is killed then.
    nonisolated(nonsending)
        package static func run(
            _ program: String,
            _ arguments: [String],
            input: [UInt8],
            outputLimit: Int,
            timeout: Duration,
            on loop: EventLoop
        ) async throws(TransportError) -> Outcome
    {
        let child: Child
        do throws(SyscallError) {
            child = try Child(program, arguments)
        } catch {
            throw .syscall(error, peer: program)
        }
        do throws(TransportError) {
            return try await loop.blockingCall("running", of: program, until: .now + timeout) {
                child.talk(input: Array(input.prefix(4096)), outputLimit: outputLimit)
            }
        } catch {
            child.kill()
            throw error
        }
    }
}

/// A running child with our ends of its pipes.
private final class Child: @unchecked Sendable {
    // Sendable: `isReaped` is touched under `mutex` only, and the ends belong to the one thread that talks.
    private let pid: pid_t
    private let inputEnd: Int32
    private let outputEnd: Int32
    private let mutex = PosixMutex()
    private var isReaped = false

    init(_ program: String, _ arguments: [String]) throws(SyscallError) {
        var ends: [Int32] = [-1, -1, -1, -1]
        for index in [0, 2] {
            let status = ends.withUnsafeMutableBufferPointer { $0.baseAddress.map { pipe($0 + index) } ?? -1 }
            guard status == 0 else {
                for end in ends where end >= 0 { _ = close(end) }
                throw .last("pipe")
            }
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        do throws(SyscallError) {
            pid = try Self.spawn(program, arguments, standardInput: ends[0], standardOutput: ends[3])
        } catch {
            for end in ends { _ = close(end) }
            throw error
        }
        _ = close(ends[0])
        _ = close(ends[3])
        inputEnd = ends[1]
        outputEnd = ends[2]
    }

    private static func spawn(
        _ program: String,
        _ arguments: [String],
        standardInput: Int32,
        standardOutput: Int32
    ) throws(SyscallError) -> pid_t {
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        #else
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, standardInput, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, standardOutput, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        // What we ignore or block, the child would too: runtimes block most signals on the threads of their pools.
        var (all, none) = (sigset_t(), sigset_t())
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var pid = pid_t()
        var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for argument in argv { free(argument) } }
        let status = posix_spawnp(&pid, program, &actions, &attributes, &argv, environ)
        guard status == 0 else { throw SyscallError(errno: status, call: "posix_spawnp") }
        return pid
    }

    /// Writes the input, reads the output to its end and waits for the child; blocks.
    func talk(input: [UInt8], outputLimit: Int) -> Subprocess.Outcome {
        _ = input.withUnsafeBytes { write(inputEnd, $0.baseAddress, $0.count) }
        _ = close(inputEnd)
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(outputEnd, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            output += buffer.prefix(min(count, max(0, outputLimit - output.count)))
        }
        _ = close(outputEnd)
        return Subprocess.Outcome(status: reap(), output: output)
    }

    private func reap() -> Int32 {
        // Its number is ours until waitpid(2) gives it back: nobody may kill it by then.
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
        return mutex.withLock {
            isReaped = true
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
        }
    }

    func kill() {
        mutex.withLock {
            if !isReaped { _ = killSystemCall(pid) }
        }
    }
}

private func killSystemCall(_ pid: pid_t) -> Int32 { kill(pid, SIGKILL) }
