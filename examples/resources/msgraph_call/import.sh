# Import a call by its ID. The next apply sends the first keepAlive.
terraform import msgraph_call.lab 57dab8b1-894c-409a-b240-bd8beae78896
