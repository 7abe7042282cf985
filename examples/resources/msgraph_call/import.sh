# A call is imported by its ID. The apply that follows sends the first keepAlive.
terraform import msgraph_call.lab 57dab8b1-894c-409a-b240-bd8beae78896
