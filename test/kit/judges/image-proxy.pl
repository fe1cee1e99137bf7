#!/usr/bin/perl
# Carries lines to and from a program that wants a socket of whole messages (SOCK_SEQPACKET), which Node.js cannot make:
# image-proxy.pl COMMAND… starts the command with `--sockfd N`; each line is sent, each answer is written as a line.
use strict;
use warnings;
use Socket;

$| = 1;
$^F = 255;    # the program inherits its end
socketpair(my $ours, my $theirs, AF_UNIX, SOCK_SEQPACKET, 0) or die "socketpair: $!\n";
my $pid = fork // die "fork: $!\n";
if (!$pid) {
    close $ours;
    open STDIN, "<", "/dev/null";
    open STDOUT, ">&", \*STDERR;
    exec @ARGV, "--sockfd", fileno $theirs or die "$ARGV[0]: $!\n";
}
close $theirs;
$SIG{PIPE} = "IGNORE";
while (my $line = <STDIN>) {
    chomp $line;
    defined send($ours, $line, 0) or die "the program is gone: $!\n";
    my $answer = "";
    defined recv($ours, $answer, 65536, 0) or die "recv: $!\n";
    length $answer or die "the program ended\n";
    print "$answer\n";
}
close $ours;
waitpid $pid, 0;
exit $? >> 8;
