"""What happens to a document: pure stages and engines that know no framework.

A stage is a function from frozen values to frozen values. It opens no database, no queue and no
HTTP connection; the files it reads are named by its arguments. So the whole pipeline also runs in
one process (`pipelines.local.run`), in a unit test or under a debugger.
"""
