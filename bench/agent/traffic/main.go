// Sends the traffic of the packets benchmark, and answers it. Everything runs on one CPU, so that what
// the kernel does for a packet is in the time that sending it takes.
//
//	traffic serve CPU                          answers until its input ends
//	traffic stream|request|connect CPU ADDRESS MILLISECONDS
//	traffic flows CPU SOURCE DESTINATION PORT COUNT
package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

// What the ports do with a connection: read it to its end, send everything back, close it.
const (
	sinkPort  = 5201
	echoPort  = 5202
	closePort = 5203
)

func main() {
	if len(os.Args) < 3 {
		fail("usage", fmt.Errorf("%v", os.Args))
	}
	cpu := number(os.Args[2])
	switch os.Args[1] {
	case "serve":
		serve(cpu)
	case "stream":
		pin(cpu)
		stream(address(os.Args[3], sinkPort), milliseconds(os.Args[4]))
	case "request":
		pin(cpu)
		request(address(os.Args[3], echoPort), milliseconds(os.Args[4]))
	case "connect":
		pin(cpu)
		connect(address(os.Args[3], closePort), milliseconds(os.Args[4]))
	case "flows":
		pin(cpu)
		flows(os.Args[3], os.Args[4], number(os.Args[5]), number(os.Args[6]))
	default:
		fail("usage", fmt.Errorf("%v", os.Args))
	}
}

func serve(cpu int) {
	for port, answer := range map[int]func(int){sinkPort: sink, echoPort: echo, closePort: func(int) {}} {
		listener := listen(port)
		go func() {
			pin(cpu)
			for {
				connection, _, err := syscall.Accept(listener)
				if err == nil {
					answer(connection)
					syscall.Close(connection)
				} else if err != syscall.ECONNABORTED && err != syscall.EINTR {
					fail("accept", err)
				}
			}
		}()
	}
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
}

func sink(connection int) {
	buffer := make([]byte, 1<<17)
	for {
		if count, err := syscall.Read(connection, buffer); count <= 0 && err != syscall.EINTR {
			return
		}
	}
}

func echo(connection int) {
	buffer := make([]byte, 64)
	noDelay(connection)
	for {
		count, err := syscall.Read(connection, buffer)
		if err == syscall.EINTR {
			continue
		}
		if count <= 0 {
			return
		}
		syscall.Write(connection, buffer[:count])
	}
}

// Prints gigabits a second.
func stream(to *syscall.SockaddrInet4, length time.Duration) {
	connection := dial(to)
	buffer := make([]byte, 1<<17)
	const writes = 64
	second := usually(until(length), func() {
		for range writes {
			for sent := 0; sent < len(buffer); {
				count, err := syscall.Write(connection, buffer[sent:])
				if err != nil && err != syscall.EINTR {
					fail("write", err)
				}
				sent += max(count, 0)
			}
		}
	})
	fmt.Println(float64(writes*len(buffer)) * 8 / 1e9 / second)
}

// Prints microseconds from a request to its answer.
func request(to *syscall.SockaddrInet4, length time.Duration) {
	connection := dial(to)
	noDelay(connection)
	buffer := make([]byte, 1)
	const requests = 50
	second := usually(until(length), func() {
		for range requests {
			if _, err := syscall.Write(connection, buffer); err != nil {
				fail("write", err)
			}
			if _, err := syscall.Read(connection, buffer); err != nil {
				fail("read", err)
			}
		}
	})
	fmt.Println(second * 1e6 / requests)
}

// Prints connections a second. Each is reset, so that no port is kept waiting.
func connect(to *syscall.SockaddrInet4, length time.Duration) {
	const connections = 25
	second := usually(until(length), func() {
		for range connections {
			connection := dial(to)
			linger := syscall.Linger{Onoff: 1}
			if err := syscall.SetsockoptLinger(connection, syscall.SOL_SOCKET, syscall.SO_LINGER, &linger); err != nil {
				fail("linger", err)
			}
			syscall.Close(connection)
		}
	})
	fmt.Println(connections / second)
}

// Sends packets of UDP, each the first of its flow: no two have the same source port. Prints nanoseconds
// a packet.
func flows(source, destination string, port, count int) {
	from, to := netip.MustParseAddr(source).As4(), netip.MustParseAddr(destination).As4()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_RAW, syscall.IPPROTO_RAW)
	if err != nil {
		fail("raw socket", err)
	}
	if err := syscall.Connect(socket, &syscall.SockaddrInet4{Addr: to}); err != nil {
		fail("connect", err)
	}
	packet := make([]byte, 29)
	packet[0], packet[8], packet[9] = 0x45, 64, syscall.IPPROTO_UDP
	binary.BigEndian.PutUint16(packet[2:], uint16(len(packet)))
	copy(packet[12:], from[:])
	copy(packet[16:], to[:])
	binary.BigEndian.PutUint16(packet[22:], uint16(port))
	binary.BigEndian.PutUint16(packet[24:], uint16(len(packet)-20))
	const packets = 100
	flow := uint16(65535)
	second := usually(times(count/packets), func() {
		for range packets {
			binary.BigEndian.PutUint16(packet[20:], flow)
			flow--
			if _, err := syscall.Write(socket, packet); err != nil {
				fail("write", err)
			}
		}
	})
	fmt.Println(second * 1e9 / packets)
}

// How many seconds a short piece of work takes: of many, the one that a quarter are faster than. What
// other programs of the machine take away from some of them is not in it.
func usually(goOn func() bool, work func()) float64 {
	var took []float64
	for goOn() {
		start := time.Now()
		work()
		took = append(took, time.Since(start).Seconds())
	}
	slices.Sort(took)
	return took[len(took)/4]
}

func until(length time.Duration) func() bool {
	start := time.Now()
	return func() bool { return time.Since(start) < length }
}

func times(count int) func() bool {
	return func() bool {
		count--
		return count >= 0
	}
}

func listen(port int) int {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		fail("socket", err)
	}
	if err := syscall.Bind(socket, &syscall.SockaddrInet4{Port: port}); err != nil {
		fail("bind", err)
	}
	if err := syscall.Listen(socket, 1024); err != nil {
		fail("listen", err)
	}
	return socket
}

func dial(to *syscall.SockaddrInet4) int {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		fail("socket", err)
	}
	if err := syscall.Connect(socket, to); err != nil {
		fail("connect", err)
	}
	return socket
}

func noDelay(connection int) {
	if err := syscall.SetsockoptInt(connection, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1); err != nil {
		fail("no delay", err)
	}
}

// The calling goroutine keeps its thread from now on, and the thread its CPU.
func pin(cpu int) {
	runtime.LockOSThread()
	mask := [16]uint64{}
	mask[cpu/64] = 1 << (cpu % 64)
	size := unsafe.Sizeof(mask)
	_, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, 0, size, uintptr(unsafe.Pointer(&mask)))
	if errno != 0 {
		fail("pin", errno)
	}
}

func address(text string, port int) *syscall.SockaddrInet4 {
	return &syscall.SockaddrInet4{Addr: netip.MustParseAddr(text).As4(), Port: port}
}

func milliseconds(text string) time.Duration {
	return time.Duration(number(text)) * time.Millisecond
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	if err != nil {
		fail("number", err)
	}
	return value
}

func fail(what string, err error) {
	fmt.Fprintln(os.Stderr, what+":", err)
	os.Exit(1)
}
